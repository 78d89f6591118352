// What Python and the page both need: written from Python by `make docs`, and never by hand.

/** Who may speak in a conversation. */
export const ROLES = ["system", "developer", "user", "assistant", "tool"];

/** Levels of lists and objects that a value may have. */
export const DEEPEST = 32;

/** The bias that bans a token. */
export const BAN = -100.0;

/** Between which numbers a bias may be. */
export const BIAS = {"minimum": -100.0, "maximum": 100.0};

/** Tokens for thinking that a probe may add to each call. */
export const MOST_THINKING = 8192;

/** Seeds over which a change is tried. */
export const TRIALS = 10;

/** A server's number at or below which it means no log probability. */
export const UNSCORED = -9999.0;

/** How far above 0 a log probability may stand for rounding. */
export const ROUNDING = 0.05;

/** Characters of a text beyond which it is not read as Markdown. */
export const LONGEST_READ = 60000;

/** The types of pictures that go to a model. */
export const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/** What a receipt is spelled in, and how many of them it has. */
export const RECEIPT = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ", 28];

/** Characters from which on a link is cut by many programs. */
export const LONG_LINK = 8192;

/** What a file of presets has its version under, and that version. */
export const PRESETS_MARK = ["parameter_playground_presets", 1];

/** So many presets of one's own are kept. */
export const MOST_PRESETS = 200;

/** So many presets compete. */
export const MOST_IN_CONTEST = 20;

/** Of so many models it is remembered what was last set. */
export const MOST_REMEMBERED = 50;

/** Characters of a preset's name. */
export const LONGEST_PRESET_NAME = 60;

/** What looks like a key, as an expression in which a dot is any letter. */
export const KEYS = "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)|\\bhf_[A-Za-z0-9]{20,}|\\bsk-[A-Za-z0-9_-]{20,}|\\bgh[pousr]_[A-Za-z0-9]{30,}|\\bgithub_pat_[A-Za-z0-9_]{30,}|\\bglpat-[A-Za-z0-9_-]{20,}|\\bxox[abprs]-[A-Za-z0-9-]{10,}|\\bAKIA[0-9A-Z]{16}\\b|\\bAIza[A-Za-z0-9_-]{35}|\\bgsk_[A-Za-z0-9]{20,}|\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}";

/** The languages that there is a catalogue of, beside English. */
export const LANGUAGES = ["de"];

/** What the fragment of a link begins with. */
export const LINKED = "set=";

/** Characters that all pictures of one request may have. */
export const MOST_PICTURES = 37748736;

/** The parameters of the chain that can be moved beside its bars, and where each does nothing. */
export const DIALS = {
  "repetition_penalty": {
    "idle": 1.0,
    "kind": {
      "control": "number",
      "allowed": "a number from 0.01 to 2.0",
      "minimum": 0.01,
      "maximum": 2.0,
      "step": 0.01,
      "whole": false,
    },
  },
  "frequency_penalty": {
    "idle": 0.0,
    "kind": {
      "control": "number",
      "allowed": "a number from -2.0 to 2.0",
      "minimum": -2.0,
      "maximum": 2.0,
      "step": 0.1,
      "whole": false,
    },
  },
  "presence_penalty": {
    "idle": 0.0,
    "kind": {
      "control": "number",
      "allowed": "a number from -2.0 to 2.0",
      "minimum": -2.0,
      "maximum": 2.0,
      "step": 0.1,
      "whole": false,
    },
  },
  "temperature": {
    "idle": 1.0,
    "kind": {
      "control": "number",
      "allowed": "a number from 0.0 to 2.0",
      "minimum": 0.0,
      "maximum": 2.0,
      "step": 0.1,
      "whole": false,
    },
  },
  "top_k": {
    "idle": 0,
    "kind": {
      "control": "number",
      "allowed": "a whole number from -1 to 2147483647",
      "minimum": -1,
      "maximum": 100,
      "step": 1,
      "whole": true,
    },
  },
  "top_p": {
    "idle": 1.0,
    "kind": {
      "control": "number",
      "allowed": "a number from 0.0 to 1.0",
      "minimum": 0.0,
      "maximum": 1.0,
      "step": 0.05,
      "whole": false,
    },
  },
  "min_p": {
    "idle": 0.0,
    "kind": {
      "control": "number",
      "allowed": "a number from 0.0 to 1.0",
      "minimum": 0.0,
      "maximum": 1.0,
      "step": 0.01,
      "whole": false,
    },
  },
};

/** The orders in which servers take the steps. */
export const ORDERS = {
  "hosted": {
    "label": "temperature first, then the cuts",
    "steps": [
      "logit_bias",
      "repetition_penalty",
      "penalties",
      "temperature",
      "top_k",
      "top_p",
      "min_p",
    ],
    "source": "transformers, generation/utils.py, _get_logits_processor; the embedded model is set to it.",
  },
  "llamacpp": {
    "label": "the cuts first, temperature last (llama.cpp)",
    "steps": [
      "logit_bias",
      "repetition_penalty",
      "penalties",
      "top_k",
      "top_p",
      "min_p",
      "temperature",
    ],
    "source": "llama.cpp, common/common.h, common_params_sampling.samplers.",
  },
  "vllm": {
    "label": "temperature, then min_p before the other cuts (vLLM)",
    "steps": [
      "logit_bias",
      "repetition_penalty",
      "penalties",
      "temperature",
      "min_p",
      "top_k",
      "top_p",
    ],
    "source": "vLLM, v1/sample/sampler.py, Sampler.",
  },
};

/** What the name of a model begins with, up to the first slash. */
export const PROVIDERS = ["embedded", "huggingface", "openrouter", "server"];

/** What each provider but a server of one's own is called. */
export const LABELS = {
  "embedded": "embedded model",
  "huggingface": "HuggingFace",
  "openrouter": "OpenRouter",
};

/** The environment variable that holds a provider's key. */
export const VARIABLES = {
  "huggingface": "HF_TOKEN",
  "openrouter": "OPENROUTER_API_KEY",
  "server": "PLAYGROUND_API_KEY",
};

/** The providers that have a key of their own, and how it begins. */
export const KEY_EXAMPLES = {"huggingface": "hf_…", "openrouter": "sk-or-…"};

/** A provider's own switches: a name, what it is while unset, its place in the extra JSON, a note, and help. */
export const SWITCHES = {
  "openrouter": [
    {
      "name": "require_parameters",
      "path": ["provider", "require_parameters"],
      "note": "only providers that take all of them",
      "help": "On, OpenRouter passes over providers that do not take every parameter that is sent; off, they may drop some silently.",
      "standing": true,
    },
    {
      "name": "show what was passed on",
      "path": ["debug", "echo_upstream_body"],
      "note": "the body that its provider got",
      "help": "For streams. OpenRouter says that this is for debugging, not for production.",
      "standing": false,
    },
  ],
};

/** What may stand behind a model's name and a colon at a provider, each with its words. */
export const ROUTES = {
  "huggingface": {
    "": "route: as HuggingFace chooses",
    "fastest": "route: fastest",
    "cheapest": "route: cheapest",
    "preferred": "route: preferred",
  },
};

/** Where the answers of a pair stand. */
export const POSITIONS = ["left", "right"];

/** What the answer at each of these is called. */
export const NAMES = ["A", "B"];

/** How an answer ends that did not come to its end. */
export const FAILED = ["cut off", "error", "timeout"];

/** What a formula may have in it. */
export const FORMULA = {
  "elements": [
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
  ],
  "attributes": [
    "accent",
    "accentunder",
    "columnalign",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
  ],
};

/** The element of each vote's button. */
export const VOTE_BUTTONS = {
  "left": "vote-a",
  "tie": "vote-tie",
  "right": "vote-b",
  "both_bad": "vote-both-bad",
  "skip": "vote-skip",
};

/** The key of each vote. */
export const VOTE_KEYS = {"1": "left", "2": "right", "0": "tie", "x": "both_bad", "s": "skip"};

/** A property in a form, before anything is said of it. */
export const NEW_ROW = {
  "type": "text",
  "required": true,
  "many": false,
  "nullable": false,
  "title": "",
  "description": "",
  "choices": [],
  "minimum": null,
  "maximum": null,
  "least_items": null,
  "most_items": null,
  "pattern": "",
  "format": "",
  "default": "",
  "more": "",
  "more_of_list": "",
};

/** The types of a form whose values, or lengths, may have bounds. */
export const HAS_RANGE = ["number", "text", "whole number"];
