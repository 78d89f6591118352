// Sizes, speeds and times of a download, in words.

import { fixed, t, translated } from "../core/words.js";

/**
 * How far a download is: bytes, of `total` where that is known, and bytes a second.
 * @typedef {{state: string, done: number, total: number, per_second: number, why: string}} Progress
 */

const MEGA = 1e6;
const GIGA = 1e9;

/** @param {number} bytes */
export const megabytes = (bytes) =>
  bytes >= GIGA
    ? gigabytes(bytes)
    : t("{bytes} MB", { bytes: bytes >= 10 * MEGA ? Math.round(bytes / MEGA) : fixed(bytes / MEGA, 1) });

/** @param {number} bytes */
export const gigabytes = (bytes) =>
  t("{bytes} GB", { bytes: fixed(bytes / GIGA, bytes >= 10 * GIGA ? 0 : 1) });

/**
 * A time to wait, rounded as one would say it.
 * @param {number} seconds
 */
export function waiting(seconds) {
  if (seconds < 55) return t("{it} s left", { it: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 3300) return t("{seconds} min left", { seconds: Math.round(seconds / 60) });
  return t("{seconds} h left", { seconds: fixed(seconds / 3600, 1) });
}

/**
 * @param {Progress} progress
 * @param {number | null} size  of the whole, where the progress does not say
 */
export function progressText({ state, done, total, per_second, why }, size) {
  const whole = total || size || 0;
  if (state === "failed") return translated(why);
  if (state === "checking") return t("All is here; its SHA-256 is being checked …");
  const so_far = `${megabytes(done)}${whole ? t(" of {megabytes}", { megabytes: megabytes(whole) }) : ""}`;
  if (state === "stopped") return t("{so_far}, stopped. It goes on where it stands.", { so_far });
  const pace = per_second > 0 ? [`${megabytes(per_second)}/s`, waiting((whole - done) / per_second)] : [];
  return [so_far, ...pace].join(" \u00b7 ");
}
