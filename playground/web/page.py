"""The page itself: which components stand where, and what a click does.

Kept apart from the components so that the layout can be read in one glance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

import gradio as gr

from playground.backend import Backend
from playground.evidence.probes.suite import PROBES
from playground.limits.limiter import Limiter
from playground.parameters import EXTRA_BODY, REGISTRY, SECOND, Group
from playground.share.code.forms import FORMS
from playground.share.presets import CHAT, PRESETS
from playground.votes.backup.vote_service import Keeper
from playground.votes.vote import REASONS
from playground.web.api import add_endpoints
from playground.web.chat.pane import pane
from playground.web.credentials import SERVER_FLAVOURS, sign_in_button
from playground.web.faulty import offers_of
from playground.web.lessons.view import lessons_view
from playground.web.models import CHOOSABLE, LISTS, PREFIXES
from playground.web.parameters.row import custom, group_head, row_names, rows_of
from playground.web.parameters.second_side import dial, second_side
from playground.web.posture import notice
from playground.web.sweeps.view import sweep_view
from playground.web.texts import CONSENT, VOTES
from playground.web.votes.page import votes_page
from playground.wire.profiles import PROFILES

OPEN_GROUPS: Final = ("Sampling", "Repetition", "Length and stopping")

_GROUPS: Final = (*get_args(Group)[1:], "Conversation")
"""The registry's groups, with the conversation, which the pane shows anyway, last."""

_TITLE: Final = '<a class="skip" href="#composer">Skip to the message</a><h1>Parameter Playground</h1>'

_SEND: Final = "async (text, model, base_url) => await window.playground.send(text, {model, base_url})"
_RESTORE: Final = """(model, base_url, text, preset) => {
  const kept = (name) => {
    try {
      return JSON.parse(sessionStorage.getItem(`playground:${name}`) ?? "null") ?? undefined;
    } catch {
      return undefined; // as in a frame of another site, in a browser that keeps nothing for those
    }
  };
  const target = base_url || model !== "embedded" ? undefined : kept("target");
  const draft = kept("draft") && [kept("draft"), text].filter(Boolean).join("\\n");
  const chosen = preset === FIRST ? kept("preset") : undefined;
  return [target?.model, target?.base_url, draft, chosen];
}""".replace("FIRST", f'"{CHAT}"')
"""A reload keeps where requests go, what is half typed and which preset was chosen; the rows and the conversation
restore themselves. Gradio calls this when the last of its components is there: what was typed or chosen in those that
came earlier stays, and a box for which nothing was kept (undefined) is not touched at all."""

_RESTORED: Final = """() => {
  document.body.dataset.restored = "";
  document.dispatchEvent(new Event("restored"));
  if (document.activeElement === document.body) document.querySelector("#composer textarea").focus();
}"""
"""All that was kept stands in its box, and a message can be typed. (Gradio's own autofocus takes the focus back from
other fields whenever the box has another text.) The page's scripts may not be here yet."""

_CHOSEN: Final = "(chosen) => [chosen.model, chosen.base_url]"
"""A model that was chosen from a list goes where a typed one would stand."""

_OFFERED: Final = """({names, value}) => (
  {__type__: "update", choices: names.map((name) => [name, name]), value}
)"""
"""The presets that there are now, as Gradio's own answers change what a list offers."""

_TARGET: Final = "(model, base_url) => { window.playground.setTarget({model, base_url}); }"


def build(backend: Backend, keeper: Keeper, limiter: Limiter | None = None) -> gr.Blocks:
    """The whole page over `backend` and the votes that `keeper` has."""
    page = gr.Blocks(title="Parameter Playground", fill_width=True, fill_height=True, analytics_enabled=False)
    with page:
        with gr.Row(elem_id="bar"):
            gr.HTML(_TITLE, elem_id="title", apply_default_css=False)
            model = gr.Dropdown(
                ["embedded"],
                value="embedded",
                allow_custom_value=True,
                label="model",
                elem_id="model",
                scale=2,
            )
            models = custom(
                "models/models",
                elem_id="models",
                parameters=list(CHOOSABLE),
                providers=LISTS,
                prefixes=PREFIXES,
                faults=offers_of(backend.settings),
                neighbours=bool(backend.settings.ports_to_look_at),
            )
            base_url = gr.Textbox(
                label="base URL",
                placeholder="own server",
                elem_id="base-url",
                max_lines=1,
                scale=2,
            )
            custom("models/keys", elem_id="key")  # they never leave the page's own memory
            sign_in_button(backend.settings)
            preset = gr.Dropdown(list(PRESETS), value=CHAT, label="preset", elem_id="preset", scale=1)
            presets = custom(
                "presets/choice",
                elem_id="open-presets",
                first=CHAT,
                presets={name: dict(values) for name, values in PRESETS.items()},
            )
            custom("share/share", elem_id="share", forms=[form[:3] for form in FORMS])
            lessons = gr.Button("Lessons", elem_id="open-lessons", scale=0, min_width=0)
            sweeps = gr.Button("Sweep", elem_id="open-sweep", scale=0, min_width=0)
            classes = gr.Button("Class", elem_id="open-class", scale=0, min_width=0)
            opener = gr.Button("Votes", elem_id="open-votes", scale=0, min_width=0)
        votes_page(keeper, backend.settings, opener)
        with gr.Row(elem_id="work"):
            lessons_view(lessons)
            with gr.Column(elem_id="parameters", scale=0, min_width=0):
                server = custom(
                    "models/server",
                    elem_id="server",
                    parameters=list(PROBES),
                    choosable=len(CHOOSABLE),
                    kinds=[[flavour, PROFILES[flavour].label] for flavour in SERVER_FLAVOURS],
                )
                custom("presets/last", elem_id="last-set")
                _groups(PRESETS[CHAT])
                notice(backend.settings)
                custom("language/choice", elem_id="language")
            with gr.Column(elem_id="main", scale=1, min_width=0):
                with gr.Row(elem_id="heading"):
                    custom("conversations/list", elem_id="conversations")
                    custom("chat/instruction", elem_id="instruction")
                with gr.Row(elem_id="panes"):
                    pane(0)
                    pane(1)
                with gr.Column(elem_id="votes"):
                    with gr.Row(elem_id="vote-buttons"):
                        buttons = {
                            said: gr.Button(text, elem_id=elem_id, scale=0, min_width=0)
                            for said, (elem_id, text) in VOTES.items()
                        }
                    custom("votes/ballot", elem_id="ballot", reasons=list(REASONS), consent=consent(keeper))
                custom("chat/tray", elem_id="tray")
                with gr.Row(elem_id="compose"):
                    sheet = gr.Button("Parameters", elem_id="open-parameters", scale=0, min_width=0)
                    custom("chat/attach", elem_id="attach")
                    custom("dice/upcoming", elem_id="next-token")
                    composer = gr.Textbox(
                        label="message",
                        show_label=False,
                        placeholder="Message",
                        lines=1,
                        max_lines=8,
                        elem_id="composer",
                        container=False,
                        scale=1,
                    )
                    send = gr.Button("Send", variant="primary", elem_id="send", scale=0, min_width=0)
                    stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=0)
                    clear = gr.Button("Clear", elem_id="clear", scale=0, min_width=0)
            sweep_view(backend.settings, sweeps)
        asked = [composer, model, base_url]
        gr.on([send.click, composer.submit], None, asked, composer, js=_SEND, show_progress="hidden")
        kept = [model, base_url, composer, preset]
        page.load(None, kept, kept, js=_RESTORE).then(None, js=_RESTORED)
        gr.on([model.change, base_url.change], None, [model, base_url], None, js=_TARGET)
        for chooser in (models, server):
            chooser.change(None, chooser, [model, base_url], js=_CHOSEN, show_progress="hidden")
        gr.on([base_url.blur, base_url.submit], None, js="() => { window.playground.locate(); }")
        for said, button in buttons.items():
            button.click(None, js=f'() => {{ window.playground.vote("{said}"); }}')
        stop.click(None, js="() => { window.playground.stop(); }")
        classes.click(None, js='() => { window.open("playground/room#new"); }')
        clear.click(None, js="() => { window.playground.clear(); }")
        sheet.click(None, js="() => { window.playground.toggleSheet(); }")
        presets.change(None, presets, preset, js=_OFFERED, show_progress="hidden")
        preset.input(None, preset, js="(name) => { window.playground.choosePreset(name); }")
        add_endpoints(backend, limiter)
    return page


def consent(keeper: Keeper) -> dict[str, Any] | None:
    """What a voter is asked where votes are copied elsewhere. Off a Space the voter has set that up."""
    if not keeper.dataset:
        return None
    return {"text": CONSENT.format(dataset=keeper.dataset), "given": not keeper.forgets}


def _groups(values: Mapping[str, Any]) -> None:
    """One fold a group. (A Gradio accordion takes closed content off the page.)"""
    records = [p for p in REGISTRY.values() if p.name != "model"] + [SECOND, EXTRA_BODY]
    for group in _GROUPS:
        members = [record for record in records if record.group == group]
        names = [name for record in members for name in row_names(record)]
        with gr.Column(elem_id=f"group-{group.split()[0].lower()}", elem_classes=["group"], min_width=0):
            group_head(group, names, group in OPEN_GROUPS)
            for record in members:
                if record is SECOND:
                    dial()
                    second_side()
                else:
                    rows_of(record, values)
            if group == "Preference":
                _blind()


def _blind() -> None:
    """Whether the page hides what is whose until the vote."""
    blind = gr.Checkbox(
        True, label="blind: hide what is whose until the vote", elem_id="blind", container=False
    )
    js = '(on) => { window.playground.setTarget({mode: on ? "blind" : "open"}); }'
    blind.change(None, blind, None, js=js)
