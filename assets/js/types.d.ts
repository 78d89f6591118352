// The shapes of what the scripts hand to each other and get from the server. For the type checker alone: no browser loads this.

export type Json = any;

/** What Gradio hands to a custom component. */
export interface Mount {
  element: HTMLElement;
  props: any;
  watch: (name: string, onchange: () => void) => void;
}

export interface Target {
  model: string;
  base_url: string;
  flavour: string;
  mode: "blind" | "open";
  bill_to?: string;
}

/** What is set under a name; every parameter that is not among `parameters` is unset. */
export interface Preset {
  name: string;
  parameters: Record<string, Json>;
  extra_body?: Record<string, Json>;
}

/** A preset of one's own; `kept`: it lies in the data folder too. */
export interface Own extends Preset {
  kept: boolean;
}

/** Presets between which pairs are drawn; the one of the name `against` meets all others, empty: each meets each. */
export interface Contest {
  presets: Preset[];
  against: string;
}

/** What a request is made with beside its messages: where it goes, and everything that is set. */
export interface Asked {
  model: string;
  base_url: string;
  flavour: string;
  mode?: string;
  bill_to?: string;
  parameters: Record<string, Json>;
  extra_body: Record<string, Json>;
  second: Record<string, Json>;
}

/** What is wrong with one parameter, in a sentence; `nearest` would do. */
export interface Problem {
  parameter?: string;
  text: string;
  nearest?: number | null;
}

/** What becomes of one parameter in a request. */
export interface ReportLine {
  parameter: string;
  state: string;
  value: Json;
  why: string;
  wire: Json;
}

export type Answering = "yes" | "no" | "unknown" | "off";

export interface Truth {
  state: Answering;
  why: string;
}

/** What an answer shows of one parameter. */
export interface Evidence {
  set: Truth;
  sent: Truth;
  accepted: Truth;
  effect: Truth;
  dropped?: boolean;
}

/**
 * Whether the model takes a parameter; void: without a word, and without effect. `warning` is to be said before
 * anything is sent, or empty.
 */
export interface Support {
  answer: "yes" | "refused" | "void" | "no" | "unknown";
  why: string;
  warning: string;
  measured?: boolean;
}

/** What a model's author suggests for a parameter: a value, what its button says, and a sentence. */
export interface Suggestion {
  value: number;
  label: string;
  told: string;
}

/** What the server says of a request before it is sent. */
export interface Preview {
  problems: Problem[];
  /** Whether something in it looks like a key, which is to be remembered nowhere. */
  keyed: boolean;
  report: ReportLine[];
  hints: Record<string, Json>;
  briefs: Record<string, string>;
  suggestions: Record<string, string[]>;
  support: Record<string, Support>;
  suggested: Record<string, Suggestion>;
  /** Whether the model reads pictures; null while no model is chosen. */
  pictures: { answer: "yes" | "no" | "unknown"; why: string } | null;
  /** Whether an answer goes on from a beginning; null while no model is chosen. */
  continuation: { answer: "yes" | "no" | "unknown"; why: string } | null;
}

/** What the probes have found of one parameter. */
export interface Verdict {
  parameter: string;
  outcome: "works" | "no visible effect" | "rejected" | "cannot tell" | "no probe yet";
  why: string;
  at: string;
  statistics: string;
  in_vain: boolean;
  /** Whether it is of the run of the server that is there now, and a sentence where that is not plainly so. */
  holds?: boolean;
  remark?: string;
  exchanges: { body: Json; answer: Json }[];
}

export interface Call {
  id: string;
  name: string;
  arguments: string;
}

/** An OpenAI-style message; an assistant's turn may carry the answer it came from. */
export interface Turn {
  role: string;
  content?: Json;
  tool_calls?: Json;
  tool_call_id?: string;
  name?: string;
  answer?: Answer;
  /** Of a beginning that was made by a branch: the answers that stay beside the one that comes, and where it left. */
  beside?: Answer[];
  branch?: Branch;
  /** The pair that the answer is one of, as far as this page may know it. */
  pair?: KeptPair;
}

/** A pair of answers as it is kept: blind before the vote, and with all that the vote has revealed behind it. */
export interface KeptPair {
  round_id: string;
  mode: "blind" | "open";
  whose?: Record<string, Whose>;
  sides: Answer[];
  /** What was voted; null while the pair waits. */
  said: Said | null;
}

/** A token, its log probability, and the likeliest ones at its place. */
export type Score = [string, number, [string, number][]];

/** A text, or an element, as Python's `Element`. */
export type Data = string | [name: string, attributes: Record<string, string>, children: Data[]];

/** Blocks of a text: the first `kept` stay, these follow, and `end` is where what is still text begins. */
export type Grown = [kept: number, blocks: Data[], end: number];

export interface Remark {
  text: string;
  line?: number;
  pointer?: string;
}

export interface Usage {
  prompt_tokens: number | null;
  completion_tokens: number;
  counted: boolean;
  cost?: number | null;
}

/** What an answer carries beside its words: a picture or an address, else its kind alone. */
export interface Attachment {
  kind: string;
  url: string;
  title: string;
}

export interface Answer {
  id: string | null;
  text: string;
  reasoning: string;
  tool_calls: Call[];
  logprobs: Score[];
  report: ReportLine[];
  body: Json;
  ended: string | null;
  why?: string;
  error?: { message: string; next_step: string; remedy?: Remedy | null } | null;
  /** What goes back to its server beside the text, such as its calls. */
  message?: Partial<Turn>;
  /** That thinking took the whole limit, and what gives the answer room. */
  eaten?: Answer["error"];
  /** What came that is no text. */
  beside_text?: string;
  attachments: Attachment[];
  usage?: Usage | null;
  evidence?: Record<string, Evidence>;
  verdict?: Checked;
  prefill?: string;
  /** With what it was asked for. */
  asked?: Asked;
  blind?: boolean;
  /** The further answers to the same request; without words where they are in the response alone. */
  others?: Answer[];
  /** Which of them all this one is, counted from 0. */
  place?: number;
  /** Of a branch: where it left the answer that it goes off from. */
  branch?: Branch;
  first_token_s?: number | null;
  tokens_per_second?: number | null;
}

/** A token, counted from 1, in whose place another piece was put; `depth`: how many branches lead there. */
export interface Branch {
  token: number;
  piece: string;
  depth: number;
}

/** What a refusal asks for: changes of rows, and the step in words that they take the place of. */
export interface Remedy {
  text: string;
  step: string;
  changes: Record<string, Json>;
}

/** What an answer is checked against, as far as that is known. */
export interface Shapes {
  format?: Json;
  tools?: Json;
}

/** The server's word on an answer: on its JSON, and on each call. */
export interface Checked {
  format: {
    fits: boolean;
    is_json: boolean;
    json: string;
    violations: Violation[];
    unchecked: string[];
    gave_up: string;
  } | null;
  calls: CheckedCall[];
}

export interface Violation {
  place: string;
  what: string;
}

export interface CheckedCall {
  problems: Violation[];
  gave_up: string;
  refusal: string;
  built_in: boolean;
}

/** Whose answer it is. */
export interface Whose {
  slot: "first" | "second";
  /** The preset that it is of, where two of them met. */
  preset: string;
  model: string;
  settings: string[];
}

/** Why a pair takes no vote, and what could be set instead. */
export interface Judged {
  refusal: string;
  remedy: Record<string, Json>;
  again: boolean;
}

export type Said = "left" | "right" | "tie" | "both_bad" | "skip";

/** A control of a kind of value: `undefined` means unset. */
export interface Control {
  node: HTMLElement;
  below?: HTMLElement;
  show: (value: Json) => void;
  hint: (value: Json) => void;
  suggest?: (values: string[]) => void;
  /** What the server calls the value, in few words. */
  summarise?: (text: string) => void;
  settle?: () => Promise<void>;
}

export interface ControlSpec {
  name: string;
  labelId: string;
  kind: Json;
  onchange: (value: Json, problem?: string) => void;
}
