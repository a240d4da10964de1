"""Qt and numbers only: widgets that know no balancer. Each is given its data (`widgets.viewdata`) and emits typed signals.

The whole window content is one widget; a window needs nothing else:

`screen.OperatorScreen()`          set_data(ScreenData), set_legends(tuple[Legend, ...]), set_readout(Phrase),
                                   focus_next_pane(), show_help(), aim() -> Phrase, back()
    serverChosen(str)              a row, card or alarm was chosen: show this server in the detail
    actRequested(str, str)         verb and server (`detach`, `attach`), servers one a line (`detach_all`, `attach_all`) or plan
                                   (`stop_plan`); past the 400 ms click guard
    consented(str, str, str, bool) the same for what is not all green, with the reason, past the 1.5 s hold; True: the glass is broken
    armRequested(bool)             arm this console, or back to reading only
    orderChanged(str)              `hotness`, `name`, `pool`
    filterChanged(str, bool)       text to find, only abnormal
    cellHovered(int, int)          slot and tick under the crosshair, (-1, -1) when it left; answer with set_readout
    interactionChanged(bool)       pointer or keyboard is in the rows: freeze their order
    snapshotRequested()            Ctrl+S
    themeRequested(str)            `dark`, `light` (F9)
    detailClosed()                 Esc in the detail

Its parts, each usable alone (the same signals where they arise):

`heatmaps.Heatmaps`                set_rows(RowsData), append(ColumnBlock), set_legends, set_readout, choose(server), set_belief_shown(bool)
`table.ServerTable`                set_rows(RowsData), choose(server); serverChosen
`filterbar.FilterBar`              set_counts(hidden, total), set_live(bool); filterChanged, orderChanged, beliefToggled(bool),
                                   tableToggled(bool), liveRequested
`header.Header`                    set_data(HeaderData)
`banners.Banners`                  set_data(tuple[Banner, ...])
`guide.GuideStrip`                 set_data(GuideData | None)
`suspects.SuspectColumn`           set_data(tuple[SuspectCard, ...]), set_plans(...); actRequested, askRequested, serverChosen
`consent.ConsentPanel`             ask(ActButton), follow(...); given(verb, server, reason, glass). `consent.HoldPush`: it is held
`gaterow.GateRow`                  set_data(tuple[GateMark, ...]); `waylist.WayList` set_data(tuple[Way, ...]); serverChosen, armRequested
`outlist.OutList`                  set_data(tuple[DetachedLine, ...], ActButton | None); `standingbar.StandingBar` set_data(HeaderData)
`detail.DetailPanel`               set_data(DetailData | None); actRequested
`ladder.LadderStrip`               set_data(ActionCard); actRequested (undo). `ladder.ActionList` set_data(tuple[ActionCard, ...])
`alarms.AlarmList`                 set_data(tuple[AlarmLine, ...], AlarmsExtra), acknowledge(), release(), pick(key); serverChosen,
                                   picked(key), acknowledged(keys). `alarmline.AlarmView`: one line; `advice.AdviceBox`: what to do
`timeline.Timeline`                set_data(TimelineData)
`connect.ConnectPage`              set_problem(Phrase), set_busy(bool), set_url(str); connectRequested(str), labRequested()
`frame.LabFrame`                   set_content(QWidget), set_lab(bool): the frame and the word LAB around a window's content
`sidepanels.SidePanels`            set_shown(panel, bool): panels beside a screen that share its room; changed
`help.HelpOverlay`                 the keys, over its parent
`theme`                            apply(app, `dark` | `light`), current(), changed through QEvent.StyleChange
`words`                            text(Phrase) -> str, load(app, language, folder), has(Phrase)
"""
