"""Every sentence of a report, in English and Japanese, after the sections and the wording of the vendor's own incident notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("en", "ja")

_W: Final[Mapping[str, tuple[str, str]]] = {
    # titles
    "title": ("[{environment}] Connection errors in {interfaces}", "[{environment}] {interfaces}における接続エラー"),
    "title.calm": ("[{environment}] Recording without an incident", "[{environment}] 障害のない記録"),
    "title.silent": (
        "[{environment}] Servers not reporting to the load balancer",
        "[{environment}] ロードバランサーへのサーバー報告の途絶",
    ),
    "interfaces.any": ("the speech recognition service", "音声認識サービス"),
    "interface.websocket": ("WebSocket interface", "WebSocketインタフェース"),
    "interface.http": ("synchronous HTTP interface", "同期HTTPインタフェース"),
    "interface.direct": ("direct sessions", "直接接続"),
    "updated": ("(Updated on {time})", "({time} 更新)"),
    "published": ("(Published {time})", "({time} 公開)"),
    "occurrence": ("Date and time of occurrence", "発生日時"),
    "phenomenon": ("Phenomenon", "現象"),
    "details": ("Details of the phenomenon and its cause", "現象の詳細と原因"),
    "measures": ("Measures", "対策"),
    "reference": ("Reference", "参照"),
    "history": ("Update history", "更新履歴"),
    "evidence": ("Evidence", "根拠"),
    "evidence.about": (
        "Each mark [e..] leads to the polls or the event of the recording that the sentence stands on.",
        "各文の [e..] は、その根拠となる記録内のポーリングまたはイベントを示します。",
    ),
    "evidence.revision": ("statement of {by}, {time}", "{by} の記述、{time}"),
    "evidence.polls": ("polls {first} to {last}", "ポーリング {first}〜{last}"),
    "evidence.event": ("event after poll {first}", "ポーリング {first} 後のイベント"),
    "head.mark": ("Mark", "記号"),
    "head.what": ("What", "内容"),
    "head.when": ("When", "日時"),
    "head.where": ("Where in the snapshot", "スナップショット内の場所"),
    "figure.servers": ("{shown} of {of} servers, the fullest", "{of} 台のうち使用率の高い {shown} 台"),
    "figure.key": (
        "blue: share of the server's slots in use; red: at its limit; grey: not known",
        "青: 使用率、赤: 上限、灰: 不明",
    ),
    "figure.fleet": ("Use of each server's slots", "サーバーごとの使用率"),
    "figure.refused": ("Requests; those refused in red", "リクエスト数(赤は拒否)"),
    "draft": ("drafted from the recording", "記録から作成"),
    "edited": ("changed: {sections}", "変更: {sections}"),
    "before": ("The section before the above change is as follows:", "上記変更前の記事は次のとおりです。"),
    "list": ("{first}, {rest}", "{first}、{rest}"),
    "more": ("and {count} more", "ほか{count}件"),
    # date and time of occurrence
    "span": ("{start} - {end} ({zone})", "{start}〜{end} ({zone})"),
    "span.lasts": (
        "From {start}; not over at the end of the recording ({end}, {zone})",
        "{start}〜 (記録の終わり {end} の時点で継続中、{zone})",
    ),
    "particularly": (
        "The problem occurred particularly during the following times:",
        "特に以下の時間帯に発生しました。",
    ),
    "window": (
        "Around {start} to {end} ({share} of the requests to {pools} were refused)",
        "{start}頃〜{end}頃 ({pools} へのリクエストの {share} が拒否)",
    ),
    "window.open": (
        "From around {start} ({share} of the requests to {pools} were refused until the end of the recording)",
        "{start}頃〜 ({pools} へのリクエストの {share} が記録の終わりまで拒否)",
    ),
    "no.windows": (
        "There was no time in which a noticeable share of the requests was refused.",
        "リクエストの拒否が目立った時間帯はありませんでした。",
    ),
    "nothing": (
        "From {start} to {end} ({zone}) nothing of the kind occurred.",
        "{start}〜{end} ({zone}) の間、該当する事象はありませんでした。",
    ),
    "blind": (
        "This console itself could not see the fleet for {seconds} in total; these times are not judged.",
        "監視コンソール自身が状態を取得できなかった時間が合計{seconds}あり、その間は判断していません。",
    ),
    # phenomenon
    "phenomenon.refused": (
        "During the above period, when attempting to make a speech recognition request to {pools}, connection was not"
        " possible or extremely difficult: {refused} of {asked} requests were refused.",
        "上記の時間帯に、{pools} への音声認識リクエストを行う際、接続できない、または非常に接続しづらい状態でした。"
        "{asked} 件中 {refused} 件のリクエストが拒否されました。",
    ),
    "phenomenon.interface": (
        "{interface}: {refused} of {asked} requests were refused.",
        "{interface}: {asked} 件中 {refused} 件が拒否されました。",
    ),
    "phenomenon.errors": (
        "At this time, the following errors were sent to the client program:",
        "このとき、クライアントプログラムには次のエラーが送信されました。",
    ),
    "phenomenon.error": (
        "{count} times in {pool}, first at {start}, last at {end}",
        "{pool} で {count} 回、最初は {start}、最後は {end}",
    ),
    "phenomenon.clean": ("In {pools} no request was refused.", "{pools} では拒否されたリクエストはありませんでした。"),
    "phenomenon.none": ("No request was refused.", "拒否されたリクエストはありませんでした。"),
    "phenomenon.unknown": (
        "How many requests were refused is under investigation: the load balancer does not count them.",
        "拒否されたリクエストの件数は調査中です(ロードバランサーが計数していません)。",
    ),
    "phenomenon.partial": (
        "Sessions that were already connected ended early, so that results were only partially received: {client} by a"
        " time-out of the client, {server} by a time-out of the server, {death} because their server ended.",
        "接続済みのセッションも途中で終了し、認識結果の一部しか受信できませんでした。クライアントのタイムアウト {client} 件、"
        "サーバーのタイムアウト {server} 件、サーバーの終了 {death} 件です。",
    ),
    "phenomenon.whole": (
        "No session that was already connected is counted as ended early.",
        "接続済みのセッションで、途中終了として計数されたものはありませんでした。",
    ),
    "phenomenon.slow": (
        "Responses were slow: the first result took up to {late} (median before: {usual}).",
        "応答が遅延し、最初の結果まで最大 {late} かかりました(通常の中央値: {usual})。",
    ),
    "phenomenon.slow.unknown": (
        "How much slower responses were is under investigation.",
        "応答の遅延の程度は調査中です。",
    ),
    # details and cause
    "cause": (
        "The load balancer went on sending requests to servers whose reports had stayed away, so that the load was"
        " concentrated on some of the servers.",
        "ロードバランサーが、報告の途絶えたサーバーへリクエストを送り続けたため、一部のサーバーに負荷が集中しました。",
    ),
    "cause.unknown": ("The cause is under investigation.", "原因は調査中です。"),
    "overload": (
        "Approximately {percent} of the servers ({k} of {n}) were so overloaded that they were unable to function"
        " ({pool_percent} of the pool {pool}, {pool_k} of {pool_n}).",
        "サーバーの約 {percent} ({n} 台中 {k} 台)が過負荷により機能できない状態でした"
        "({pool} のうち {pool_percent}、{pool_n} 台中 {pool_k} 台)。",
    ),
    "overload.meaning": (
        "Counted as unable to function: {servers}, at the limit of its sessions, or refusing or not answering, in at least"
        " half of the polls from {start} to {end}.",
        "機能できない状態とした基準: {start}〜{end} のポーリングの半数以上で、セッション数が上限に達していたか、"
        "接続を拒否または応答しなかったサーバー({servers})。",
    ),
    "overload.nearest": (
        "No server was unable to function in at least half of the polls of any of these times; nearest to it came"
        " {servers} (share of the polls from {start} to {end}).",
        "これらの時間帯に、ポーリングの半数以上で機能できない状態だったサーバーはありませんでした。それに最も近かったのは"
        " {servers} でした({start}〜{end} のポーリングに占める割合)。",
    ),
    "overload.none": (
        "No server was unable to function in at least half of the polls of any of these times.",
        "これらの時間帯に、ポーリングの半数以上で機能できない状態だったサーバーはありませんでした。",
    ),
    "chain.silent": (
        "{server} ({pool}) was not reporting its number of sessions to the load balancer from {start} to {end}.",
        "{server} ({pool}) が {start} から {end} まで、セッション数をロードバランサーに報告していませんでした。",
    ),
    "chain.silent.lasts": (
        "{server} ({pool}) was not reporting its number of sessions to the load balancer from {start} on; it still was not"
        " at the end of the recording.",
        "{server} ({pool}) が {start} 以降、記録の終わりまで、セッション数をロードバランサーに報告していませんでした。",
    ),
    "chain.silent.detached": (
        "{server} ({pool}) was not reporting its number of sessions to the load balancer from {start} on, and was separated"
        " from it by {end}.",
        "{server} ({pool}) が {start} 以降、セッション数をロードバランサーに報告せず、{end} までに切り離されました。",
    ),
    "chain.belief": (
        "The load balancer went on believing {belief} sessions on {server}, while the server itself told up to {truth} of"
        " at most {limit}; it therefore seemed to have few.",
        "ロードバランサーは {server} のセッション数を {belief} と認識し続けましたが、サーバー自身の値は最大 {truth}"
        "(上限 {limit})でした。そのため、接続数が少ないと見なされました。",
    ),
    "chain.share": (
        "As a result, requests were sent one after another to {server}: {share} of the new sessions of {pool} ({fair} would"
        " have been its share).",
        "その結果、{server} にリクエストが次々と送られ、{pool} の新規セッションの {share} を占めました(均等なら {fair})。",
    ),
    "chain.full": (
        "{server} reached the limit of {limit} sessions at {time} and could not accept more.",
        "{server} は {time} に上限の {limit} セッションに達し、新たな接続を受け付けられなくなりました。",
    ),
    "chain.errors": (
        "From {start} on requests were refused: {refused} of {asked} until {end}.",
        "{start} 以降、リクエストが拒否されるようになり、{end} までに {asked} 件中 {refused} 件が拒否されました。",
    ),
    "chain.memory": (
        "{server} was forced to terminate at {time} due to a lack of memory ({memory} of its limit at its last status);"
        " sessions that it had were disconnected midway ({sessions} at its last status).",
        "{server} が {time} にメモリ不足で強制終了し(直前の使用率 {memory})、接続中のセッション(直前で {sessions})が"
        "途中で切断されました。",
    ),
    "chain.memory.idle": (
        "{server} was forced to terminate at {time} due to a lack of memory ({memory} of its limit at its last status); it"
        " had no session then.",
        "{server} が {time} にメモリ不足で強制終了しました(直前の使用率 {memory})。接続中のセッションはありませんでした。",
    ),
    "chain.death": (
        "{server} ended at {time} ({sessions} sessions at its last status); why is under investigation.",
        "{server} が {time} に終了しました(直前のセッション数 {sessions})。理由は調査中です。",
    ),
    "chain.replaced": (
        "A new server, {successor}, was started in its place and was listed at {time}, {seconds} later.",
        "代わりの新しいサーバー {successor} が起動し、{seconds}後の {time} に登録されました。",
    ),
    "chain.again": (
        "{server} itself was back at {time}, {seconds} later, as a new process.",
        "{server} は{seconds}後の {time} に、新しいプロセスとして復帰しました。",
    ),
    "chain.unreplaced": (
        "No server was seen to take the place of {server} until the end of the recording.",
        "記録の終わりまで、{server} の代わりとなるサーバーは確認されませんでした。",
    ),
    "chain.recovered": (
        "The reports of {server} were back at {time} without anybody detaching it: the information of the load balancer was"
        " updated and the system recovered by itself. What caused it may strike again.",
        "{server} の報告は、切り離しを行うことなく {time} に再開し、ロードバランサーの情報が更新されて自然に復旧しました。"
        "原因が取り除かれたわけではありません。",
    ),
    "chain.recurred": (
        "After {calm} without refused requests in noticeable number it occurred again at {start}.",
        "拒否が目立たない状態が{calm}続いた後、{start} に再び発生しました。",
    ),
    "silence.why": (
        "Why the reports of {servers} stayed away is under investigation.",
        "{servers} の報告が途絶えた理由は調査中です。",
    ),
    "silence.others": (
        "Reports of {count} more servers stayed away for a while without a noticeable effect.",
        "ほか {count} 台のサーバーでも一時的に報告が途絶えましたが、目立った影響はありませんでした。",
    ),
    "alarm": (
        "The console raised the alarm `{rule}` for {server} at {time}, {ahead} before the first of these times.",
        "監視コンソールは {time} に {server} のアラーム「{rule}」を発報しました(最初の時間帯の{ahead}前)。",
    ),
    "alarm.late": (
        "The console raised the alarm `{rule}` for {server} at {time}.",
        "監視コンソールは {time} に {server} のアラーム「{rule}」を発報しました。",
    ),
    "availability": (
        "Availability as the service level agreement defines it (a failure is a time in which ALL servers cannot be used):"
        " {sla}. Requests that were served to their end: {success}.",
        "SLAの定義(全サーバーが利用できない時間を障害とする)による稼働率は {sla} です。最後まで処理されたリクエストの割合は"
        " {success} です。",
    ),
    "availability.unknown": (
        "Availability as the service level agreement defines it: {sla}. The share of requests that were served is under"
        " investigation.",
        "SLAの定義による稼働率は {sla} です。処理されたリクエストの割合は調査中です。",
    ),
    "note": ("Note of {by} at {time}:", "{by} のメモ ({time}):"),
    # measures
    "measure.detached": (
        "As a short-term measure, {operator} separated {server} from the load balancer at {time} (reason: {reason}).",
        "短期的な対策として、{operator} が {time} に {server} をロードバランサーから切り離しました(理由: {reason})。",
    ),
    "measure.attached": (
        "{operator} attached {server} again at {time} (reason: {reason}).",
        "{operator} が {time} に {server} を再び接続しました(理由: {reason})。",
    ),
    "measure.proof": (
        "Proof for {server}: {rungs}.",
        "{server} についての確認: {rungs}。",
    ),
    "rung.seen": ("seen in the load balancer's table at {time}", "ロードバランサーの表で確認 {time}"),
    "rung.requested": ("asked at {time}", "要求 {time}"),
    "rung.accepted": ("accepted by the load balancer at {time}", "ロードバランサーが受理 {time}"),
    "rung.confirmed": ("confirmed by reading back at {time}", "読み戻しで確認 {time}"),
    "rung.effective_weak": ("no new session seen, few to be expected, at {time}", "新規セッションなし(参考) {time}"),
    "rung.effective": ("effective at {time}", "効果を確認 {time}"),
    "rung.drained": ("its own count 0 at {time}", "セッション 0 を確認 {time}"),
    "rung.unknown": ("outcome unknown at {time}", "結果不明 {time}"),
    "rung.rejected": ("rejected by the load balancer at {time}", "ロードバランサーが拒否 {time}"),
    "rung.refused": ("refused by the console at {time}", "コンソールが拒否 {time}"),
    "rung.failed": ("failed at {time}", "失敗 {time}"),
    "measure.failed": (
        "{operator} asked to {verb} {server} at {time}, which did not happen: {rungs}.",
        "{operator} が {time} に {server} の{verb}を試みましたが、実施されませんでした: {rungs}。",
    ),
    "verb.detach": ("detach", "切り離し"),
    "verb.attach": ("attach", "再接続"),
    "measure.glass": (
        "The console's safety gates were overridden for this, with the reason: {reason}.",
        "この操作は安全確認を明示的に解除して行われました(理由: {reason})。",
    ),
    "measure.none": (
        "No server was separated from the load balancer in the recorded time.",
        "記録された時間内に、ロードバランサーから切り離されたサーバーはありませんでした。",
    ),
    "measure.shadow": (
        "For a lasting measure: of the {asked} requests during the refusals and the 10 minutes before, the algorithm"
        " `{algorithm}` would have refused {refused}, while {really} were really refused.",
        "恒久対策の根拠: 拒否が発生した時間帯とその前 10 分間のリクエスト {asked} 件について、実際の拒否 {really} 件に対し、"
        "アルゴリズム「{algorithm}」では {refused} 件の拒否にとどまったと推定されます。",
    ),
    "measure.shadow.method": (
        "By the same method the load balancer's present algorithm (`{algorithm}`) would have refused {refused}: the"
        " difference to {really} is the error of this estimate.",
        "同じ方法で現在のアルゴリズム(「{algorithm}」)を計算すると {refused} 件となり、実際の {really} 件との差がこの推定の誤差です。",
    ),
    "measure.shadow.unknown": (
        "What another algorithm of the load balancer would have done is under investigation.",
        "ロードバランサーの別のアルゴリズムによる効果は調査中です。",
    ),
    # reference
    "reference.manual": (
        '[1]: AmiVoice API Manual "List of server errors for s command packets/s command response packets":'
        " https://docs.amivoice.com/en/amivoice-api/manual/reference-websocket-s-command-packet#server-error",
        "[1]: AmiVoice API マニュアル「sコマンドパケット/sコマンド応答パケットのサーバーエラー一覧」:"
        " https://docs.amivoice.com/en/amivoice-api/manual/reference-websocket-s-command-packet#server-error",
    ),
    "reference.recording": (
        "Recording of {environment}, {polls} polls from {start} to {end} ({zone}), {servers} servers, DSR Console {product}.",
        "{environment} の記録、{start}〜{end} ({zone}) のポーリング {polls} 回、サーバー {servers} 台、DSR Console {product}。",
    ),
}


def keys() -> tuple[str, ...]:
    """Of all sentences."""
    return tuple(_W)


def known(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in _W


def text(language: str, key: str, **named: object) -> str:
    """One of them, filled in."""
    return _W[key][LANGUAGES.index(language)].format_map({name: str(value) for name, value in named.items()})


def template(language: str, key: str) -> str:
    """As it stands, with its places."""
    return _W[key][LANGUAGES.index(language)]
