"""The requests of rooms: opening and joining, one stream of views for each who is there, what they do, the answers.

A token goes in a header and never in an address, which a log may show. Views come as server-sent events, read by the
page itself: the browser's own EventSource has no headers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final

import segno
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.errors import LimitReached, RoomError
from playground.lessons.lesson import Lesson
from playground.lessons.shelf import shelf_of
from playground.limits.limiter import Limiter
from playground.rooms import rules
from playground.rooms.asking import Asker
from playground.rooms.attempts import Attempts
from playground.rooms.classroom import PROJECTOR, TEACHER, Classroom
from playground.rooms.csv_file import csv_of
from playground.rooms.planning import fits_a_class
from playground.rooms.rooms import MOST_OF_ONE, Rooms
from playground.rooms.store import FOLDER, RoomStore
from playground.rooms.tokens import code_of, fresh_token, hashed, projector_of
from playground.web.assets import ASSETS, DIGEST
from playground.web.credentials import target_of, visitor_of
from playground.web.lessons.routes import own_folder
from playground.web.page_request import read_json
from playground.web.responses import limited, telling
from playground.web.rooms.acts import Teacher, student_act
from playground.web.rooms.offers import offers
from playground.web.rooms.opening import bounds_of, checked_plan, minutes_of
from playground.web.rooms.views import projector_view, student_view, teacher_view

TOKEN_HEADER: Final = "x-room-token"
STILL_THERE_S: Final = 10.0
"""A sign of life where nothing changes: without one the page connects anew."""
TOLD_EVERY_S: Final = 0.25
MOST_OF_A_STUDENT: Final = 3
"""Pages that follow a room at once, so that nobody takes another's place."""
MOST_OTHERS: Final = 10
"""Of the teacher, and on walls."""
_LONGEST_LINK: Final = 500

Streaming = Callable[[AsyncGenerator[bytes]], Response]


def room_routes(backend: Backend, streaming: Streaming, limiter: Limiter | None = None) -> list[BaseRoute]:
    """The page of a room, and what it asks for."""
    store = None if backend.settings.on_space else RoomStore(backend.settings.data_path / FOLDER)
    desk = _Desk(backend, Asker(backend), store, streaming, limiter)
    of_one = "/playground/rooms/{code}"
    return [
        Route("/playground/room", _page),
        Route("/playground/rooms", telling(desk.open), methods=["POST"]),
        Route("/playground/rooms/lessons", telling(desk.lessons)),
        Route("/playground/rooms/offers", _offers),
        Route("/playground/rooms/join", telling(desk.join), methods=["POST"]),
        Route(f"{of_one}/events", telling(desk.events)),
        Route(f"{of_one}/act", telling(desk.act), methods=["POST"]),
        Route(f"{of_one}/csv", telling(desk.csv)),
        Route(f"{of_one}/link", telling(desk.link), methods=["POST"]),
    ]


async def _page(request: Request) -> Response:
    page = (ASSETS / "room.html").read_text("utf-8").replace("assets/", f"assets/{DIGEST}/")
    return HTMLResponse(page, headers={"cache-control": "no-cache"})


async def _offers(request: Request) -> Response:
    return JSONResponse(offers())


class _Desk:
    """What is asked of rooms, over one backend."""

    def __init__(
        self,
        backend: Backend,
        asker: Asker,
        store: RoomStore | None,
        streaming: Streaming,
        limiter: Limiter | None,
    ) -> None:
        self._settings = backend.settings
        self._asker = asker
        self._rooms = Rooms(asker, store, most_of_one=MOST_OF_ONE * backend.settings.limits_widened)
        self._teacher = Teacher(self._rooms, asker)
        self._attempts = Attempts()
        self._streaming = streaming
        self._limiter = limiter

    async def open(self, request: Request) -> Response:
        sent = await read_json(request)
        target = target_of(request, sent, self._settings)
        plan = await checked_plan(sent, await self._shelf(), self._asker, target)
        budget = None if plan.model == "embedded" and not target.base_url else bounds_of(sent)
        classroom, token = self._rooms.open(plan, minutes_of(sent), target, budget)
        return JSONResponse({"code": classroom.room.code, "token": token})

    async def lessons(self, request: Request) -> Response:
        """The lessons that can be given in a room."""
        found = [lesson for lesson in (await self._shelf()).values() if fits_a_class(lesson)]
        return JSONResponse({"lessons": [[each.id, each.title, each.about] for each in found]})

    async def _shelf(self) -> Mapping[str, Lesson]:
        """Ours and the teacher's own, as their files are now."""
        return (await asyncio.to_thread(shelf_of, own_folder(self._settings))).lessons

    async def join(self, request: Request) -> Response:
        sent = await read_json(request)
        address = visitor_of(request) or (request.client.host if request.client else "")
        self._attempts.check(address)
        code = code_of(sent.get("code"))
        classroom = self._rooms.find(code) if code else None
        if classroom is None:
            self._attempts.wrong(address)
            raise RoomError("There is no room with this code.", "Look at its six letters again.")
        token = fresh_token()
        room, member = rules.joined(classroom.room, hashed(token), rules.named(sent.get("name")))
        classroom.change(room)
        return JSONResponse({"code": code, "token": token, "number": member.number})

    async def events(self, request: Request) -> Response:
        found = self._who(request)
        if found is None:
            return _gone()
        classroom, number = found
        if classroom.listeners(number) >= (MOST_OF_A_STUDENT if number > TEACHER else MOST_OTHERS):
            raise RoomError("Too many of your pages are connected to this room.", "Close some of them.")
        response = self._streaming(self._views(classroom, number, _named(request)[1]))
        response.headers["content-type"] = "text/event-stream"
        return response

    async def act(self, request: Request) -> Response:
        found = self._who(request)
        if found is None:
            return _gone()
        classroom, number = found
        sent = await read_json(request)
        if self._limiter is not None and sent.get("act") == "ask":
            try:
                await self._limiter.take("asks", visitor_of(request))
            except LimitReached as error:
                return limited(error)
        if number == TEACHER:
            await self._teacher.act(classroom, sent)
        else:
            await student_act(classroom, number, sent)
        return JSONResponse({})

    async def csv(self, request: Request) -> Response:
        classroom = self._taught(request)
        return PlainTextResponse(csv_of(classroom.room), media_type="text/csv") if classroom else _gone()

    async def link(self, request: Request) -> Response:
        """The link for students, and its QR code: by the public address of this app, else as the teacher sees it."""
        found = self._who(request)
        if found is None or found[1] > TEACHER:
            return _gone()
        here = (await read_json(request)).get("here")
        if not isinstance(here, str) or len(here) > _LONGEST_LINK:
            raise ValueError("This request is not what the page sends.")
        public = self._settings.app_url.rstrip("/")
        link = f"{f'{public}/playground/room' if public else here}#{found[0].room.code}"
        return JSONResponse({"link": link, "picture": segno.make(link).svg_data_uri(border=2)})

    def _who(self, request: Request) -> tuple[Classroom, int] | None:
        """The room, and the number of the student whose token this is, or TEACHER, or PROJECTOR."""
        if (taught := self._taught(request)) is not None:
            return taught, TEACHER
        if (shown := self._rooms.projector(*_named(request))) is not None:
            return shown, PROJECTOR
        return self._rooms.student(*_named(request))

    def _taught(self, request: Request) -> Classroom | None:
        return self._rooms.teacher(*_named(request))

    def _view(self, classroom: Classroom, number: int, token: str) -> dict[str, Any]:
        left = self._rooms.seconds_left(classroom.room)
        if number == TEACHER:
            shown_at = f"{classroom.room.code}.{projector_of(token)}"
            return {**teacher_view(classroom, left), "projector": shown_at}
        if number == PROJECTOR:
            return projector_view(classroom, left)
        return student_view(classroom, number, left)

    async def _views(self, classroom: Classroom, number: int, token: str) -> AsyncGenerator[bytes]:
        listener = classroom.listen(number)
        told: dict[str, Any] = {}
        try:
            while not classroom.is_gone:
                listener.clear()
                view = self._view(classroom, number, token)
                if view != told:
                    told = view
                    yield b"data: " + to_json(view) + b"\n\n"
                await asyncio.sleep(TOLD_EVERY_S)
                try:
                    async with asyncio.timeout(STILL_THERE_S):
                        await listener.wait()
                except TimeoutError:
                    yield b": still there\n\n"
            yield b'data: {"is_gone": true}\n\n'
        finally:
            classroom.leave(listener)


def _named(request: Request) -> tuple[str, str]:
    return code_of(request.path_params["code"]), request.headers.get(TOKEN_HEADER, "")


def _gone() -> Response:
    """The same words whether there is no such room or no such person in it: neither can be found out."""
    return JSONResponse({"message": "This room has ended, or you are not in it."}, 410)
