"""View and arrangement in, one whole picture out. Remembers only what keeps a picture calm: order, bands, columns already given."""

from __future__ import annotations

from datetime import tzinfo

from msgspec.structs import replace

from console.domain.states import Reach, Verb
from console.domain.view import View
from console.present.acting import in_flight_of, lock_sentence, one_at_a_time, waiting_sentence
from console.present.alarmlist import AlarmLister
from console.present.alarms import lines as alarm_lines
from console.present.arrangement import Arrangement
from console.present.banners import banners
from console.present.columns import ColumnEncoder
from console.present.detail import detail
from console.present.foreseen import herd_strip
from console.present.glance import Glance, by_server, routed_per_s, silent_slots
from console.present.header import header
from console.present.ladder import Pending, cards, with_way_in
from console.present.plans import detached_lines, plan_buttons, plan_card
from console.present.playing import REPLAYED
from console.present.readout import readout
from console.present.rows import RowArranger
from console.present.suspects import SuspectOrder
from console.present.timeline import TimelineKeeper
from widgets.alarmdata import Advice
from widgets.viewdata import (
    NOTHING,
    AlarmLine,
    GuideData,
    HeaderData,
    Legend,
    Phrase,
    RowsData,
    ScreenData,
    TimelineData,
)


class Presenter:
    """One for each window. Pure: all times are handed in; `zone` None is the machine's own."""

    def __init__(self, environment: str, *, lab: bool = False, zone: tzinfo | None = None, past: bool = False) -> None:
        """`past`: of a replay. Nothing can be sent from it, and its Views come in any order: somebody else encodes the columns."""
        self._past = past
        self._environment = environment
        self._lab = lab
        self._zone = zone
        self._columns = ColumnEncoder()
        self._rows = RowArranger()
        self._suspects = SuspectOrder()
        self._timeline = TimelineKeeper()
        self.alarms = AlarmLister()
        self._timeline_data: TimelineData | None = None
        self._version = -1
        self._seen_seq = 0
        self._beat = 0

    def present(
        self,
        view: View,
        arrangement: Arrangement,
        now_mono_s: float,
        now_wall_s: float,
        *,
        pending: tuple[Pending, ...] = (),
        guide: GuideData | None = None,
        advice: Advice | None = None,
    ) -> ScreenData:
        """The whole picture. The same View may come again (another arrangement, more age): its columns are given once."""
        glance = self._glance(view, now_mono_s, now_wall_s, pending)
        if self._timeline_data is None or view.version != self._version:
            self._timeline_data = self._timeline.feed(view)
            self._version = view.version
        shown = cards(glance, pending, self._zone)
        chosen = arrangement.chosen
        suspects = self._suspects.cards(glance)
        undone = {card.server for card in suspects if card.button.verb == Verb.ATTACH.value}
        actions = tuple(replace(card, undo=None) if card.server in undone else card for card in shown)
        actions = with_way_in(actions, glance, chosen)
        plan = plan_card(glance)
        alarms, beside = self.alarms.take(glance, self._zone, arrangement, advice)
        return ScreenData(
            header=self._header(glance),
            rows=self._rows.arrange(glance, arrangement, [card.server for card in suspects]),
            columns=self._columns.take(view) if not self._past else None,
            suspects=suspects,
            alarms=alarms,
            timeline=self._timeline_data,
            detail=detail(glance, chosen, shown, self._zone) if chosen is not None else None,
            banners=banners(glance, chosen),
            actions=actions if plan is None else (plan, *actions),
            guide=guide,
            plans=plan_buttons(glance),
            detached=detached_lines(
                glance, undone | {card.server for card in actions if card.undo is not None}, self._zone
            ),
            herd=herd_strip(glance),
            beside_alarms=beside,
        )

    def glance(self, view: View, now_mono_s: float, now_wall_s: float) -> Glance:
        """The View as of now, for whoever tells facts of it."""
        return self._glance(view, now_mono_s, now_wall_s, ())

    def open_alarms(self, view: View, now_mono_s: float, now_wall_s: float) -> tuple[AlarmLine, ...]:
        """Every alarm line, whatever the list folds or hides."""
        return alarm_lines(self.glance(view, now_mono_s, now_wall_s), self._zone)

    def header(self, view: View, now_mono_s: float, now_wall_s: float) -> HeaderData:
        """Only the header, for the seconds between two Views."""
        return self._header(self._glance(view, now_mono_s, now_wall_s, ()))

    def locked(self, view: View, now_mono_s: float, now_wall_s: float) -> Phrase:
        """Why nothing may be done now, or NOTHING."""
        return lock_sentence(Glance(view, now_mono_s, now_wall_s))

    def all_rows(self, view: View, arrangement: Arrangement, now_mono_s: float, now_wall_s: float) -> RowsData:
        """Every row, sorted as asked for and not filtered; the order on the screen stays as it is."""
        glance = self._glance(view, now_mono_s, now_wall_s, ())
        whole = Arrangement(order=arrangement.order)
        return RowArranger().arrange(glance, whole, [suspect.server for suspect in view.suspects])

    def legends(self, view: View) -> tuple[Legend, ...]:
        """The fixed scales of the maps."""
        return self._columns.legends(view)

    def readout(self, view: View, slot: int, tick: int) -> Phrase:
        """All values of one cell in one line."""
        return readout(view, slot, tick, self._zone)

    def set_span(self, view: View, seconds: float) -> None:
        """How much time the timeline shows."""
        self._timeline.span_s = seconds
        if self._timeline_data is not None:
            self._timeline_data = self._timeline.shown(view)

    def _header(self, glance: Glance) -> HeaderData:
        frame = glance.view.frame
        if frame.seq != self._seen_seq:
            self._seen_seq = frame.seq
            self._beat += frame.balancer.reach is Reach.OK
        return header(glance, self._environment, self._zone, self._beat)

    def _glance(self, view: View, now_mono_s: float, now_wall_s: float, pending: tuple[Pending, ...]) -> Glance:
        flying = in_flight_of(view)
        waiting = [(one.verb, one.server) for one in pending if one.problem is None]
        if flying is not None:
            waiting.append((flying.verb, flying.server))
        return Glance(
            view=view,
            now_mono_s=now_mono_s,
            now_wall_s=now_wall_s,
            lab=self._lab,
            environment=self._environment,
            lock=REPLAYED if self._past else lock_sentence(Glance(view, now_mono_s, now_wall_s)),
            busy={server: waiting_sentence(verb) for verb, server in waiting},
            in_flight=one_at_a_time(*waiting[0]) if waiting else NOTHING,
            routed_per_s=routed_per_s(view),
            silent=silent_slots(view),
            alarms=by_server(view.alarms),
        )
