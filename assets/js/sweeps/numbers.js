// How the numbers of a sweep are written: few digits, the same in tables, heat maps and plots.

import { figures, number, t, translated } from "../core/words.js";

/**
 * What the server says of a sweep. A mean has no interval where it is of one value.
 * @typedef {{value: number, low: number | null, high: number | null, count: number}} Mean
 * @typedef {{at: number[], answers: number, different: number, failed: number, cut: number, why: string,
 *   not_sent: Record<string, string>, means: Record<string, Mean>}} Cell
 * @typedef {{name: string, label: string, unit: string, what: string, least: number | null,
 *   most: number | null}} Metric
 * @typedef {{parameter: string, labels: string[], numbers: number[] | null}} Axis
 */

/**
 * A number in about three digits.
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 100) return number(Math.round(value));
  if (size >= 0.001) return number(value, { maximumSignificantDigits: 3 });
  return figures(value.toExponential(1));
}

/**
 * The interval in words; empty where there is none, or where both its ends are written alike.
 * @param {Mean} mean
 */
export const reach = ({ low, high }) =>
  low === null || high === null || short(low) === short(high)
    ? ""
    : t("{low} to {high}", { low: short(low), high: short(high) });

/**
 * A mean with its interval in words.
 * @param {Mean} mean
 * @param {string} unit
 */
export const inWords = (mean, unit) =>
  short(mean.value) +
  (unit && ` ${translated(unit)}`) +
  (reach(mean) && t(", 95% interval {reach}", { reach: reach(mean) }));

/**
 * What a cell is called: the value of each axis.
 * @param {Axis[]} axes
 * @param {number[]} at
 */
export const nameOf = (axes, at) =>
  axes.map(({ parameter, labels }, axis) => `${parameter} ${labels[at[axis]]}`).join(", ");
