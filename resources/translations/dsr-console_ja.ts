<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja_JP" sourcelanguage="en">
<context>
    <name>AdviceBox</name>
    <message>
        <source>What: </source>
        <translation>状況: </translation>
    </message>
    <message>
        <source>Why: </source>
        <translation>理由: </translation>
    </message>
    <message>
        <source>Where: </source>
        <translation>見る場所: </translation>
    </message>
</context>
<context>
    <name>AlarmDeeds</name>
    <message>
        <source>Acknowledge</source>
        <translation>確認</translation>
    </message>
    <message>
        <source>With a note</source>
        <translation>メモ付き</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>メモ</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Take off the shelf</source>
        <translation>保留を解除</translation>
    </message>
</context>
<context>
    <name>AlarmEntry</name>
    <message>
        <source>Note on</source>
        <translation>メモの対象</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>確認</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>what is to be remembered</source>
        <translation>覚えておくこと</translation>
    </message>
    <message>
        <source>note, may stay empty</source>
        <translation>メモ（空でも可）</translation>
    </message>
    <message>
        <source>why it may wait</source>
        <translation>保留する理由</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Put away</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>対象</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 時間</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分</translation>
    </message>
</context>
<context>
    <name>AlarmFoot</name>
    <message>
        <source>More</source>
        <translation>その他</translation>
    </message>
    <message>
        <source>More about alarms</source>
        <translation>警報のその他</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>メモを書く</translation>
    </message>
    <message>
        <source>Alarm figures</source>
        <translation>警報の統計</translation>
    </message>
    <message>
        <source>Times without sight</source>
        <translation>見えなかった時間</translation>
    </message>
    <message>
        <source>Test the sounds</source>
        <translation>音のテスト</translation>
    </message>
    <message>
        <source>Sound on</source>
        <translation>音 オン</translation>
    </message>
    <message>
        <source>Muted {left}</source>
        <translation>消音 {left}</translation>
    </message>
    <message>
        <source>Sound off</source>
        <translation>音 オフ</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>音なし</translation>
    </message>
    <message>
        <source>M mutes the sounds for a time. It acknowledges nothing.</source>
        <translation>M で一定時間消音します。確認にはなりません。</translation>
    </message>
    <message>
        <source>M lets alarms sound again.</source>
        <translation>M で消音を解除します。</translation>
    </message>
    <message>
        <source>Switched off in the settings: alarms.announce.sound.</source>
        <translation>設定でオフになっています: alarms.announce.sound。</translation>
    </message>
    <message>
        <source>No sound device answers: the console can only beep.</source>
        <translation>音声デバイスが応答しません。ビープ音のみです。</translation>
    </message>
    <message>
        <source>Shelved {count}</source>
        <translation>保留 {count}</translation>
    </message>
    <message>
        <source>Shows only what is set aside, with the time that is left.</source>
        <translation>保留中のものだけを残り時間とともに表示します。</translation>
    </message>
</context>
<context>
    <name>AlarmList</name>
    <message>
        <source>ALARMS</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>SHELVED</source>
        <translation>保留中</translation>
    </message>
    <message>
        <source>Acknowledge {count}</source>
        <translation>{count} 件を確認</translation>
    </message>
    <message>
        <source>Acknowledges all that wait. A: the chosen alarm, or all.</source>
        <translation>未確認の警報をすべて確認済みにします。A: 選択中の警報、なければすべて。</translation>
    </message>
    <message>
        <source>No alarms</source>
        <translation>警報なし</translation>
    </message>
    <message>
        <source>Nothing is shelved</source>
        <translation>保留中の警報はありません</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>ほか {count} 件</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>警報一覧</translation>
    </message>
</context>
<context>
    <name>AliveMark</name>
    <message>
        <source>Moves with each arrival of data</source>
        <translation>データが届くたびに動きます</translation>
    </message>
    <message>
        <source>Moves with each arrival of data. If it stands still, nothing arrives.</source>
        <translation>データが届くたびに動きます。止まっているときは何も届いていません。</translation>
    </message>
</context>
<context>
    <name>BackDialog</name>
    <message>
        <source>Go back</source>
        <translation>過去に戻る</translation>
    </message>
    <message>
        <source>Recorded from {first} to {last}. The replay opens in a window of its own; this one goes on.</source>
        <translation>{first} から {last} まで記録されています。再生は別のウィンドウで開き、この画面はそのまま続きます。</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>終わり</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>長さ</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} 分</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 時間</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation>{count} 時間</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>This part cannot be drawn. The rest goes on.</source>
        <translation>この部分は描画できません。ほかは動作を続けています。</translation>
    </message>
</context>
<context>
    <name>CompareChart</name>
    <message>
        <source>Both sides as curves on one scale; the table below says the same in numbers</source>
        <translation>両側を同じ目盛りの曲線で表示。下の表に同じ内容の数値があります</translation>
    </message>
    <message>
        <source>difference: right − left</source>
        <translation>差：右 − 左</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Two moments compared</source>
        <translation>2 つの時点の比較</translation>
    </message>
    <message>
        <source>COMPARE</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>SESSIONS, CHANGED MOST</source>
        <translation>セッション数の変化が大きいサーバー</translation>
    </message>
    <message>
        <source>Mark a moment with R, then go to another one.</source>
        <translation>R で時点に印を付け、別の時点へ移ってください。</translation>
    </message>
</context>
<context>
    <name>ConnectPage</name>
    <message>
        <source>Which fleet?</source>
        <translation>どのサーバー群を見ますか</translation>
    </message>
    <message>
        <source>The console needs the address of one balancer. It finds the servers from there, and changes nothing until you click.</source>
        <translation>ロードバランサー 1 台のアドレスを入力してください。サーバーはそこから見つけます。ボタンを押すまで何も変更しません。</translation>
    </message>
    <message>
        <source>Address of the balancer</source>
        <translation>ロードバランサーのアドレス</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>接続する</translation>
    </message>
    <message>
        <source>No fleet at hand? The lab is a real balancer with 64 real servers on this machine. Three of them will stop reporting.</source>
        <translation>手元に環境がない場合は、このコンピューター上で本物のロードバランサーとサーバー 64 台の実験環境を動かせます。そのうち 3 台が報告を止めます。</translation>
    </message>
    <message>
        <source>Start the lab</source>
        <translation>実験環境を起動する</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Connect to a fleet</source>
        <translation>サーバー群への接続</translation>
    </message>
    <message>
        <source>Token, where the balancer wants one; it stays in memory</source>
        <translation>トークン（バランサが求める場合のみ。メモリにだけ保持します）</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>トークン</translation>
    </message>
</context>
<context>
    <name>ConsentPanel</name>
    <message>
        <source>Why is it done all the same?</source>
        <translation>それでも実行する理由は?</translation>
    </message>
    <message>
        <source>Reason, kept on record</source>
        <translation>理由（記録に残ります）</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>やめる</translation>
    </message>
    <message>
        <source>How many sessions does it end?</source>
        <translation>終了するセッション数</translation>
    </message>
    <message>
        <source>Number of sessions that are cut</source>
        <translation>切断するセッション数</translation>
    </message>
</context>
<context>
    <name>CurveKey</name>
    <message>
        <source>truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>routed / poll</source>
        <translation>振分 / 回</translation>
    </message>
    <message>
        <source>limit</source>
        <translation>上限</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>Break-glass: {server} …</source>
        <translation>緊急操作: {server} …</translation>
    </message>
    <message>
        <source>Choose a row to see one server: click it, or press Enter on it.</source>
        <translation>行をクリックするか Enter を押すと、そのサーバーの詳細を表示します。</translation>
    </message>
    <message>
        <source>Close the detail</source>
        <translation>詳細を閉じる</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>閉じる (Esc)</translation>
    </message>
    <message>
        <source>Detail of the chosen server</source>
        <translation>選択したサーバーの詳細</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Find server or pool   /</source>
        <translation>サーバー・プールを検索   /</translation>
    </message>
    <message>
        <source>Find server or pool</source>
        <translation>サーバーまたはプールを検索</translation>
    </message>
    <message>
        <source>Only abnormal</source>
        <translation>異常のみ</translation>
    </message>
    <message>
        <source>Hide rows that are well (A)</source>
        <translation>正常な行を隠します (A)</translation>
    </message>
    <message>
        <source>Belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>Show what the balancer believes as a fourth map (B)</source>
        <translation>ロードバランサーの把握を 4 つ目の図として表示します (B)</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>The same rows as a table, for sorting and for screen readers (T)</source>
        <translation>同じ行を表で表示します。並べ替えと読み上げ用です (T)</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>並び順</translation>
    </message>
    <message>
        <source>Order of the rows</source>
        <translation>行の並び順</translation>
    </message>
    <message>
        <source>Hottest first</source>
        <translation>負荷の高い順</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Pool</source>
        <translation>プール</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>最新に戻る</translation>
    </message>
    <message>
        <source>Follow the newest column (End)</source>
        <translation>最新の列を追います (End)</translation>
    </message>
    <message>
        <source>{shown} of {total} rows, {hidden} hidden</source>
        <translation>{total} 行中 {shown} 行を表示、{hidden} 行は非表示</translation>
    </message>
    <message>
        <source>{total} rows</source>
        <translation>{total} 行</translation>
    </message>
    <message>
        <source>{total} row</source>
        <translation>{total} 行</translation>
    </message>
    <message>
        <source>order held</source>
        <translation>並び順を固定中</translation>
    </message>
</context>
<context>
    <name>ForetoldCard</name>
    <message>
        <source>IF IT IS DETACHED</source>
        <translation>切り離した場合</translation>
    </message>
    <message>
        <source>The fullest server, as the balancer&apos;s own algorithm is run on from what is true and believed now</source>
        <translation>現在の実数と把握から、ロードバランサー自身のアルゴリズムを先へ進めたときの、最も混むサーバー</translation>
    </message>
    <message>
        <source>fullest, %</source>
        <translation>最大使用率 %</translation>
    </message>
    <message>
        <source>So old is what this was foretold from</source>
        <translation>この予測の元データの古さ</translation>
    </message>
    <message>
        <source>What happens if it is detached</source>
        <translation>切り離した場合の予測</translation>
    </message>
    <message>
        <source>How good earlier forecasts were, and what had to be assumed</source>
        <translation>これまでの予測の精度と、置いた仮定</translation>
    </message>
</context>
<context>
    <name>GateRow</name>
    <message>
        <source>Gates before this action</source>
        <translation>この操作の安全条件</translation>
    </message>
    <message>
        <source>passes</source>
        <translation>可</translation>
    </message>
    <message>
        <source>holds</source>
        <translation>要理由</translation>
    </message>
    <message>
        <source>refuses</source>
        <translation>不可</translation>
    </message>
</context>
<context>
    <name>HelpOverlay</name>
    <message>
        <source>this list</source>
        <translation>この一覧</translation>
    </message>
    <message>
        <source>next and previous part of the window</source>
        <translation>次・前の区画へ移動</translation>
    </message>
    <message>
        <source>crosshair through all maps, reads the cell below them</source>
        <translation>全図共通の十字線を動かし、下に値を表示</translation>
    </message>
    <message>
        <source>rows, a page at a time</source>
        <translation>行を 1 ページずつ移動</translation>
    </message>
    <message>
        <source>detail of the row, card or alarm</source>
        <translation>行・カード・警報の詳細</translation>
    </message>
    <message>
        <source>back: popup, armed button, filter, crosshair, alarm, detail; never acts</source>
        <translation>戻る: ポップアップ、選択中のボタン、絞り込み、十字線、警報、詳細の順。操作は実行しません</translation>
    </message>
    <message>
        <source>zoom in time (also Ctrl with the wheel)</source>
        <translation>時間方向の拡大・縮小（Ctrl + ホイールも可）</translation>
    </message>
    <message>
        <source>oldest column; back to live</source>
        <translation>最古の列へ / 最新へ戻る</translation>
    </message>
    <message>
        <source>find a server or a pool</source>
        <translation>サーバー・プールを検索</translation>
    </message>
    <message>
        <source>acknowledge the chosen alarm, or all that wait when none is chosen</source>
        <translation>選択中の警報を確認済みにします（選択がなければ未確認のすべて）</translation>
    </message>
    <message>
        <source>the same with a note</source>
        <translation>メモ付きで確認</translation>
    </message>
    <message>
        <source>note on the chosen alarm, the open server or the situation</source>
        <translation>選択中の警報、開いているサーバー、または全体の状況へのメモ</translation>
    </message>
    <message>
        <source>shelve the chosen alarm for a time, or take it off the shelf</source>
        <translation>選択中の警報を一定時間保留、または保留を解除</translation>
    </message>
    <message>
        <source>mute the sounds for a time; acknowledges nothing</source>
        <translation>一定時間消音（確認にはなりません）</translation>
    </message>
    <message>
        <source>alarm figures; times without sight</source>
        <translation>警報の統計、見えなかった時間</translation>
    </message>
    <message>
        <source>only what is abnormal</source>
        <translation>異常のみ表示</translation>
    </message>
    <message>
        <source>belief as a fourth map</source>
        <translation>把握を 4 つ目の図に表示</translation>
    </message>
    <message>
        <source>table instead of maps</source>
        <translation>図の代わりに表を表示</translation>
    </message>
    <message>
        <source>snapshot of everything as one file</source>
        <translation>すべてを 1 つのファイルに保存</translation>
    </message>
    <message>
        <source>incident report, drafted from the recording</source>
        <translation>記録から障害報告書を作成</translation>
    </message>
    <message>
        <source>dark or light</source>
        <translation>暗色 / 明色の切り替え</translation>
    </message>
    <message>
        <source>to the Detach button of the server under the crosshair, and press it</source>
        <translation>十字線のサーバーの「切り離す」ボタンへ移動し、押す</translation>
    </message>
    <message>
        <source>to any button, and press it: no single key ever acts on a server</source>
        <translation>任意のボタンへ移動して押す（1 つのキーだけでサーバーが操作されることはありません）</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー操作</translation>
    </message>
    <message>
        <source>copy the facts of the chosen server; of the situation</source>
        <translation>選択中のサーバーの事実をコピー / 全体の状況をコピー</translation>
    </message>
    <message>
        <source>hand-over: the page for the change of shift</source>
        <translation>引き継ぎ：交代用のページ</translation>
    </message>
    <message>
        <source>compare the chosen server with the one under the crosshair, or with itself earlier</source>
        <translation>選択中のサーバーを十字線のサーバー、または過去の自身と比較</translation>
    </message>
    <message>
        <source>evidence: what other algorithms would have done</source>
        <translation>根拠：別のアルゴリズムならどうなったか</translation>
    </message>
</context>
<context>
    <name>LabFrame</name>
    <message>
        <source>Lab: nothing here touches a real fleet</source>
        <translation>実験環境: 実際のサーバー群には影響しません</translation>
    </message>
    <message>
        <source>LAB</source>
        <translation>LAB（実験環境）</translation>
    </message>
    <message>
        <source>Nothing here touches a real fleet</source>
        <translation>実際のサーバー群には影響しません</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>DSR Console</source>
        <translation>DSR Console</translation>
    </message>
    <message>
        <source>LAB: {title}</source>
        <translation>LAB: {title}</translation>
    </message>
    <message>
        <source>F1 keys    D, then Enter: detach the chosen server</source>
        <translation>F1 キー一覧    D、続けて Enter: 選んだサーバーを切り離す</translation>
    </message>
</context>
<context>
    <name>ManualBox</name>
    <message>
        <source>By hand, at this site</source>
        <translation>このサイトで手作業で</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>I ran it</source>
        <translation>実行した</translation>
    </message>
    <message>
        <source>It failed</source>
        <translation>効かなかった</translation>
    </message>
    <message>
        <source>The site&apos;s command for this server</source>
        <translation>このサーバーに対するサイトのコマンド</translation>
    </message>
    <message>
        <source>What to do where the balancer does not detach</source>
        <translation>バランサーが切り離さないときの手段</translation>
    </message>
</context>
<context>
    <name>MapPicture</name>
    <message>
        <source>Heatmaps: truth, routed and gap of every server over time</source>
        <translation>ヒートマップ: 全サーバーの実数・振分・差の推移</translation>
    </message>
    <message>
        <source>No row passes the filter. Esc clears it.</source>
        <translation>条件に合う行がありません。Esc で解除します。</translation>
    </message>
    <message>
        <source>No server is listed yet.</source>
        <translation>サーバーはまだ登録されていません。</translation>
    </message>
    <message>
        <source>Point at a cell, or press the arrow keys, to read it here. F1 lists the keys.</source>
        <translation>マスを指すか矢印キーを押すと、ここに値を表示します。F1 でキー一覧。</translation>
    </message>
</context>
<context>
    <name>OperatorScreen</name>
    <message>
        <source>Operator&apos;s screen</source>
        <translation>運用者の画面</translation>
    </message>
</context>
<context>
    <name>OutList</name>
    <message>
        <source>DETACHED ({count})</source>
        <translation>切り離し中（{count}）</translation>
    </message>
</context>
<context>
    <name>Page</name>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Save CSV</source>
        <translation>CSV で保存</translation>
    </message>
    <message>
        <source>Save JSON</source>
        <translation>JSON で保存</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>対象</translation>
    </message>
    <message>
        <source>Save text</source>
        <translation>テキストで保存</translation>
    </message>
</context>
<context>
    <name>PastAsker</name>
    <message>
        <source>Open a snapshot or a recording</source>
        <translation>スナップショットまたは記録を開く</translation>
    </message>
    <message>
        <source>Snapshots and recordings</source>
        <translation>スナップショットと記録</translation>
    </message>
</context>
<context>
    <name>RangeBar</name>
    <message>
        <source>Export this range</source>
        <translation>この範囲を書き出す</translation>
    </message>
    <message>
        <source>Replay it</source>
        <translation>再生する</translation>
    </message>
    <message>
        <source>Let the range go</source>
        <translation>範囲の選択を解除</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 時間</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} 分</translation>
    </message>
    <message>
        <source>Time that the line shows</source>
        <translation>線が示す時間</translation>
    </message>
    <message>
        <source>How much time the line shows; a click changes it. Drag over the line to choose a range.</source>
        <translation>線が示す時間の長さ。クリックで切り替わります。線の上をドラッグすると範囲を選べます。</translation>
    </message>
</context>
<context>
    <name>ReadingKey</name>
    <message>
        <source>How to read the maps</source>
        <translation>図の見方</translation>
    </message>
    <message>
        <source>detached; sessions it holds go on</source>
        <translation>切り離し済み（既存のセッションは続行）</translation>
    </message>
    <message>
        <source>no data: not zero</source>
        <translation>データなし（ゼロではない）</translation>
    </message>
    <message>
        <source>the console saw nothing</source>
        <translation>コンソールが何も観測できず</translation>
    </message>
    <message>
        <source>zero, or not in the fleet then</source>
        <translation>ゼロ、または当時は未登録</translation>
    </message>
    <message>
        <source>fuller than the balancer believes</source>
        <translation>把握より実際は混んでいる</translation>
    </message>
</context>
<context>
    <name>RecordBar</name>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Calls the snapshot off; nothing of it is left</source>
        <translation>スナップショットを中止します。途中のファイルは残りません</translation>
    </message>
    <message>
        <source>Save snapshot</source>
        <translation>スナップショット保存</translation>
    </message>
    <message>
        <source>The newest 15 minutes as one file that replays  Ctrl+S</source>
        <translation>直近 15 分を、再生できる 1 つのファイルに保存  Ctrl+S</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>過去に戻る</translation>
    </message>
    <message>
        <source>Replays what was recorded, beside this window  Ctrl+B</source>
        <translation>記録された過去を別ウィンドウで再生  Ctrl+B</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Replays a snapshot or a recording  Ctrl+O</source>
        <translation>スナップショットまたは記録を再生  Ctrl+O</translation>
    </message>
    <message>
        <source>Pseudonyms: on</source>
        <translation>仮名化: オン</translation>
    </message>
    <message>
        <source>Pseudonyms: off</source>
        <translation>仮名化: オフ</translation>
    </message>
    <message>
        <source>Snapshots with pseudonyms for servers, addresses and people, without pictures: to be given away</source>
        <translation>サーバー、アドレス、人名を仮名にし、画像なしで保存します(外部への提供用)</translation>
    </message>
    <message>
        <source>Progress of the snapshot</source>
        <translation>スナップショットの進み具合</translation>
    </message>
</context>
<context>
    <name>ReplayBar</name>
    <message>
        <source>Replay</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>To the alarm before  [</source>
        <translation>前のアラームへ  [</translation>
    </message>
    <message>
        <source>One poll back  ,</source>
        <translation>1 回前のポーリングへ  ,</translation>
    </message>
    <message>
        <source>One poll on  .</source>
        <translation>1 回先のポーリングへ  .</translation>
    </message>
    <message>
        <source>To the next alarm  ]</source>
        <translation>次のアラームへ  ]</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>印</translation>
    </message>
    <message>
        <source>Marks this moment, to compare others with it  R</source>
        <translation>この時点に印を付け、他の時点と比べる  R</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>入替</translation>
    </message>
    <message>
        <source>Between the marked moment and this one  X</source>
        <translation>印の時点と今の時点を行き来する  X</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比較</translation>
    </message>
    <message>
        <source>The marked moment and this one side by side  C</source>
        <translation>印の時点と今の時点を並べて見る  C</translation>
    </message>
    <message>
        <source>What if ...</source>
        <translation>もしも…</translation>
    </message>
    <message>
        <source>Other thresholds on the same recording  W</source>
        <translation>同じ記録を別のしきい値で判定  W</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>速さ</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>Plays or stands still  Space</source>
        <translation>再生または停止  Space</translation>
    </message>
</context>
<context>
    <name>ReplayFrame</name>
    <message>
        <source>REPLAY</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>LAB</source>
        <translation>LAB（実験環境）</translation>
    </message>
    <message>
        <source>It shows the past; nothing can be sent from here</source>
        <translation>過去の表示です。ここからは何も送れません</translation>
    </message>
</context>
<context>
    <name>ReplayWindow</name>
    <message>
        <source>REPLAY</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>DSR Console</source>
        <translation>DSR Console</translation>
    </message>
    <message>
        <source>LAB</source>
        <translation>LAB（実験環境）</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Save a revision</source>
        <translation>改訂を保存</translation>
    </message>
    <message>
        <source>What was changed, and why</source>
        <translation>変更の内容と理由</translation>
    </message>
    <message>
        <source>Export {format}</source>
        <translation>{format} で出力</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>記号</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>When</source>
        <translation>日時</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>場所</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>報告書の言語</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>項目</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>根拠</translation>
    </message>
    <message>
        <source>Revisions</source>
        <translation>改訂履歴</translation>
    </message>
    <message>
        <source>Evidence: marks at the end of each sentence; Enter goes there in a replay</source>
        <translation>根拠: 各文の末尾の記号。再生中は Enter でその時点へ移動</translation>
    </message>
</context>
<context>
    <name>ReportWindow</name>
    <message>
        <source>Incident report: {name}</source>
        <translation>障害報告書: {name}</translation>
    </message>
    <message>
        <source>Export the report</source>
        <translation>報告書の出力</translation>
    </message>
</context>
<context>
    <name>ReviewChooser</name>
    <message>
        <source>Look at it again in</source>
        <translation>見直すまで</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} 時間</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} 分</translation>
    </message>
    <message>
        <source>When somebody is to look at this detach again</source>
        <translation>この切り離しを見直す時期</translation>
    </message>
</context>
<context>
    <name>RungMark</name>
    <message>
        <source>ahead</source>
        <translation>未到達</translation>
    </message>
    <message>
        <source>being waited for</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>reached</source>
        <translation>到達</translation>
    </message>
    <message>
        <source>reached, on weak evidence</source>
        <translation>到達（根拠は弱い）</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>不明</translation>
    </message>
</context>
<context>
    <name>ScrubBar</name>
    <message>
        <source>Time of the replay</source>
        <translation>再生の時間</translation>
    </message>
</context>
<context>
    <name>ServerModel</name>
    <message>
        <source>server</source>
        <translation>サーバー</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>pool</source>
        <translation>プール</translation>
    </message>
    <message>
        <source>truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>差</translation>
    </message>
    <message>
        <source>routed / s</source>
        <translation>振分 / 秒</translation>
    </message>
    <message>
        <source>report age</source>
        <translation>報告の経過</translation>
    </message>
    <message>
        <source>alarms</source>
        <translation>警報</translation>
    </message>
</context>
<context>
    <name>ServerTable</name>
    <message>
        <source>Table of all servers: the same rows as the maps</source>
        <translation>全サーバーの表（図と同じ行）</translation>
    </message>
</context>
<context>
    <name>StandingBar</name>
    <message>
        <source>Buttons act. It goes back to reading by itself after this time without a hand on it.</source>
        <translation>ボタンで操作できます。操作がないままこの時間が過ぎると、自動で閲覧のみに戻ります。</translation>
    </message>
    <message>
        <source>This console only reads. Armed, its buttons act.</source>
        <translation>このコンソールは閲覧のみです。ロックを解除するとボタンで操作できます。</translation>
    </message>
</context>
<context>
    <name>StepDots</name>
    <message>
        <source>Step {step} of {steps}</source>
        <translation>全 {steps} 段階中 {step}</translation>
    </message>
</context>
<context>
    <name>SuspectColumn</name>
    <message>
        <source>SUSPECTS</source>
        <translation>切り離し候補</translation>
    </message>
    <message>
        <source>No server stands out.</source>
        <translation>目立つサーバーはありません。</translation>
    </message>
    <message>
        <source>Suspects: servers worth detaching</source>
        <translation>切り離しを検討すべきサーバー</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>now {rate} per second</source>
        <translation>現在 毎秒 {rate}</translation>
    </message>
    <message>
        <source>REFUSED</source>
        <translation>拒否</translation>
    </message>
    <message>
        <source>sessions per second</source>
        <translation>拒否されたセッション / 秒</translation>
    </message>
    <message>
        <source>Timeline of refused sessions</source>
        <translation>拒否されたセッションの推移</translation>
    </message>
</context>
<context>
    <name>WayList</name>
    <message>
        <source>Way out:</source>
        <translation>解決策:</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Arm</source>
        <translation>解除</translation>
    </message>
    <message>
        <source>In stages</source>
        <translation>段階的に</translation>
    </message>
</context>
<context>
    <name>WhatIfPanel</name>
    <message>
        <source>Recorded with {value}.</source>
        <translation>記録時の値は {value}。</translation>
    </message>
    <message>
        <source>What if</source>
        <translation>もしも</translation>
    </message>
    <message>
        <source>WHAT IF</source>
        <translation>もしも</translation>
    </message>
    <message>
        <source>the rule had another threshold</source>
        <translation>ルールのしきい値が違っていたら</translation>
    </message>
    <message>
        <source>the balancer picked in another way</source>
        <translation>バランサーの選び方が違っていたら</translation>
    </message>
    <message>
        <source>Judge again</source>
        <translation>判定し直す</translation>
    </message>
    <message>
        <source>Work out</source>
        <translation>計算する</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>ルール</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>値</translation>
    </message>
    <message>
        <source>Algorithm</source>
        <translation>アルゴリズム</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進み具合</translation>
    </message>
</context>
<context>
    <name>heatmaps</name>
    <message>
        <source>Truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>Routed</source>
        <translation>振分</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>差</translation>
    </message>
    <message>
        <source>Belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>差</translation>
    </message>
    <message>
        <source>report age</source>
        <translation>報告の経過</translation>
    </message>
    <message>
        <source>fleet</source>
        <translation>全体</translation>
    </message>
</context>
<context>
    <name>present</name>
    <message>
        <source>Acting is locked: the picture is {age} old, it shows the past.</source>
        <translation>操作はできません: 表示は {age} 前のもので、過去の状態です。</translation>
    </message>
    <message>
        <source>Acting is locked: the journal cannot be written.</source>
        <translation>操作はできません: 操作記録を書き込めません。</translation>
    </message>
    <message>
        <source>Acting is locked until the fleet has been read once.</source>
        <translation>サーバー群を一度読み取るまで操作はできません。</translation>
    </message>
    <message>
        <source>Acting is locked: the console is blind, its last picture is {age} old.</source>
        <translation>操作はできません: 観測が途絶えており、最後の表示は {age} 前のものです。</translation>
    </message>
    <message>
        <source>Acting is locked: the servers&apos; own status cannot be read from this workstation.</source>
        <translation>操作はできません: この端末からサーバー自身の状態を読み取れません。</translation>
    </message>
    <message>
        <source>One at a time: detaching {server} is not confirmed yet.</source>
        <translation>操作は 1 台ずつです: {server} の切り離しがまだ確認されていません。</translation>
    </message>
    <message>
        <source>One at a time: attaching {server} is not confirmed yet.</source>
        <translation>操作は 1 台ずつです: {server} の復帰がまだ確認されていません。</translation>
    </message>
    <message>
        <source>Detaching; waiting for the balancer to confirm.</source>
        <translation>切り離し中です。ロードバランサーの確認を待っています。</translation>
    </message>
    <message>
        <source>Attaching; waiting for the balancer to confirm.</source>
        <translation>復帰中です。ロードバランサーの確認を待っています。</translation>
    </message>
    <message>
        <source>The balancer does not list it.</source>
        <translation>ロードバランサーの一覧にありません。</translation>
    </message>
    <message>
        <source>{act} …</source>
        <translation>{act} …</translation>
    </message>
    <message>
        <source>Its gates are being asked: choose it to see them.</source>
        <translation>安全条件を確認中です。選択すると表示されます。</translation>
    </message>
    <message>
        <source>Still silent ({age}): attached now, it would draw the load again.</source>
        <translation>まだ無報告です（{age}）。今復帰させると、また負荷が集中します。</translation>
    </message>
    <message>
        <source>listed</source>
        <translation>一覧にある</translation>
    </message>
    <message>
        <source>one at a time</source>
        <translation>1 台ずつ</translation>
    </message>
    <message>
        <source>balancer free</source>
        <translation>受付可</translation>
    </message>
    <message>
        <source>fresh view</source>
        <translation>情報の新しさ</translation>
    </message>
    <message>
        <source>same version</source>
        <translation>同じ版</translation>
    </message>
    <message>
        <source>role</source>
        <translation>権限</translation>
    </message>
    <message>
        <source>armed</source>
        <translation>ロック解除</translation>
    </message>
    <message>
        <source>fleet seen</source>
        <translation>全体の見え方</translation>
    </message>
    <message>
        <source>target seen</source>
        <translation>対象の状態</translation>
    </message>
    <message>
        <source>not the last</source>
        <translation>最後の 1 台でない</translation>
    </message>
    <message>
        <source>left attached</source>
        <translation>残る接続中</translation>
    </message>
    <message>
        <source>detached after</source>
        <translation>実行後の切り離し率</translation>
    </message>
    <message>
        <source>pace</source>
        <translation>頻度</translation>
    </message>
    <message>
        <source>capacity after</source>
        <translation>実行後の余力</translation>
    </message>
    <message>
        <source>reports</source>
        <translation>報告</translation>
    </message>
    <message>
        <source>load</source>
        <translation>負荷</translation>
    </message>
    <message>
        <source>herd</source>
        <translation>集中</translation>
    </message>
    <message>
        <source>pause</source>
        <translation>休止</translation>
    </message>
    <message>
        <source>can act</source>
        <translation>操作可</translation>
    </message>
    <message>
        <source>{value}, at least {limit} needed</source>
        <translation>{value}（{limit} 以上が必要）</translation>
    </message>
    <message>
        <source>{value}, less than {limit} allowed</source>
        <translation>{value}（許容 {limit} 未満）</translation>
    </message>
    <message>
        <source>{value}, at most {limit} allowed</source>
        <translation>{value}（許容 {limit} 以下）</translation>
    </message>
    <message>
        <source>BREAK-GLASS in {environment}: {act}</source>
        <translation>緊急操作（{environment}）: {act}</translation>
    </message>
    <message>
        <source>{environment}: {act}</source>
        <translation>{environment}: {act}</translation>
    </message>
    <message>
        <source>Hold 2 s: cut {server}</source>
        <translation>2 秒長押し：{server} を切断</translation>
    </message>
    <message>
        <source>Detach {server}</source>
        <translation>{server} を切り離す</translation>
    </message>
    <message>
        <source>Hold 1.5 s: {act}</source>
        <translation>1.5 秒長押し: {act}</translation>
    </message>
    <message>
        <source>Expected {horizon} after: {server} at {after} of its slots (without: {without}).</source>
        <translation>{horizon} 後の予測: {server} の枠の使用 {after}（何もしない場合 {without}）。</translation>
    </message>
    <message>
        <source>Undo: attach {server}</source>
        <translation>元に戻す: {server} を復帰</translation>
    </message>
    <message>
        <source>Attach {server}</source>
        <translation>{server} を復帰</translation>
    </message>
    <message>
        <source>LAB: {act}</source>
        <translation>LAB: {act}</translation>
    </message>
    <message>
        <source>{count} alarms</source>
        <translation>警報 {count} 件</translation>
    </message>
    <message>
        <source>Acknowledged: {done}.</source>
        <translation>確認済みにしました: {done}。</translation>
    </message>
    <message>
        <source>Shelved: {name}.</source>
        <translation>保留しました: {name}。</translation>
    </message>
    <message>
        <source>Shelved for {time}: {name}.</source>
        <translation>{time} 保留しました: {name}。</translation>
    </message>
    <message>
        <source>Off the shelf: {name}.</source>
        <translation>保留を解除しました: {name}。</translation>
    </message>
    <message>
        <source>Noted on {name}.</source>
        <translation>{name} にメモしました。</translation>
    </message>
    <message>
        <source>Noted on the situation.</source>
        <translation>全体の状況にメモしました。</translation>
    </message>
    <message>
        <source>{said} It is not on disk: a restart forgets it.</source>
        <translation>{said}ディスクに保存されていないため、再起動すると失われます。</translation>
    </message>
    <message>
        <source>shelved by {who} until {time}: {reason}</source>
        <translation>{who} が {time} まで保留: {reason}</translation>
    </message>
    <message>
        <source>{sentence}; and {count} more of this cause</source>
        <translation>{sentence}。同じ原因がほか {count} 件</translation>
    </message>
    <message>
        <source>{waiting} of {count} not acknowledged</source>
        <translation>{count} 件中 {waiting} 件が未確認</translation>
    </message>
    <message>
        <source>shelved by {who} until {time}, {left} left: {reason}</source>
        <translation>{who} が {time} まで保留（残り {left}）: {reason}</translation>
    </message>
    <message>
        <source>over since {time}, not acknowledged</source>
        <translation>{time} に解消、未確認</translation>
    </message>
    <message>
        <source>acknowledged {time} by {who}</source>
        <translation>{time} に {who} が確認</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>確認済み</translation>
    </message>
    <message>
        <source>not acknowledged</source>
        <translation>未確認</translation>
    </message>
    <message>
        <source>{sentence}; also: {rules}</source>
        <translation>{sentence}（ほかに: {rules}）</translation>
    </message>
    <message>
        <source>{sentence}; because: {cause}</source>
        <translation>{sentence}。原因: {cause}</translation>
    </message>
    <message>
        <source>{sentence}; because: {cause} {target}</source>
        <translation>{sentence}。原因: {cause} {target}</translation>
    </message>
    <message>
        <source>{silent} of {attached} attached servers stopped reporting at once</source>
        <translation>接続中 {attached} 台のうち {silent} 台が同時に報告を止めました</translation>
    </message>
    <message>
        <source>never reported, limit {limit}</source>
        <translation>一度も報告なし（上限 {limit}）</translation>
    </message>
    <message>
        <source>no report for {age}, limit {limit}</source>
        <translation>{age} 報告なし（上限 {limit}）</translation>
    </message>
    <message>
        <source>{said}; still sent {routed} session in 10 s</source>
        <translation>{said}。それでも 10 秒で {routed} 件が振り分けられています</translation>
    </message>
    <message>
        <source>{said}; still sent {routed} sessions in 10 s</source>
        <translation>{said}。それでも 10 秒で {routed} 件が振り分けられています</translation>
    </message>
    <message>
        <source>truth {truth}, belief {belief}: {gap} unseen by the balancer, margin {margin}</source>
        <translation>実数 {truth}、把握 {belief}: ロードバランサーに見えない分 {gap}（許容 {margin}）</translation>
    </message>
    <message>
        <source>{truth} session, {share} of its limit</source>
        <translation>{truth} セッション、上限の {share}</translation>
    </message>
    <message>
        <source>{truth} sessions, {share} of its limit</source>
        <translation>セッション {truth}、上限の {share}</translation>
    </message>
    <message>
        <source>{said}; full in {eta}</source>
        <translation>{said}、{eta} で満杯</translation>
    </message>
    <message>
        <source>the status of {missing} of {listed} servers cannot be read</source>
        <translation>{listed} 台中 {missing} 台の状態を読み取れません</translation>
    </message>
    <message>
        <source>the balancer has not answered for {age}, {misses} poll failed</source>
        <translation>ロードバランサーが {age} 応答していません（{misses} 回失敗）</translation>
    </message>
    <message>
        <source>the balancer has not answered for {age}, {misses} polls failed</source>
        <translation>ロードバランサーが {age} 応答していません（{misses} 回失敗）</translation>
    </message>
    <message>
        <source>The journal cannot be written: detaching is locked</source>
        <translation>操作記録を書き込めません: 切り離しはできません</translation>
    </message>
    <message>
        <source>{problem} Make room or mend the path; it is tried again by itself.</source>
        <translation>{problem} 空き容量を確保するか保存先を直してください。自動で再試行します。</translation>
    </message>
    <message>
        <source>BLIND: no new data for {age}</source>
        <translation>観測不能: {age} 新しいデータがありません</translation>
    </message>
    <message>
        <source>The console&apos;s engine stands still. The maps show the past; acting is locked. If this stays, restart the console.</source>
        <translation>コンソールの処理が止まっています。図は過去のもので、操作はできません。続く場合は再起動してください。</translation>
    </message>
    <message>
        <source>Waiting for the balancer&apos;s first answer.</source>
        <translation>ロードバランサーの最初の応答を待っています。</translation>
    </message>
    <message>
        <source>Acknowledgements, shelves and notes are not kept just now</source>
        <translation>確認・保留・メモをいま保存できません</translation>
    </message>
    <message>
        <source>The settings file is not in force: it has an error</source>
        <translation>設定ファイルは使われていません。誤りがあります</translation>
    </message>
    <message>
        <source>Starting: nothing is known yet</source>
        <translation>起動中: まだ何も分かっていません</translation>
    </message>
    <message>
        <source>No answer for {age}. Check the address and the network; it is tried again by itself.</source>
        <translation>{age} 応答がありません。アドレスとネットワークを確認してください。自動で再試行します。</translation>
    </message>
    <message>
        <source>The newest picture could not be drawn: what you see is the past</source>
        <translation>最新の表示を描画できませんでした: 見えているのは過去の状態です</translation>
    </message>
    <message>
        <source>Acting is locked. {error} The next picture is tried again.</source>
        <translation>操作はできません。{error} 次の表示で再試行します。</translation>
    </message>
    <message>
        <source>Truth not reachable from here: {lost} of {servers} servers answer the balancer, but not this workstation</source>
        <translation>ここから実数を読めません: {servers} 台中 {lost} 台はロードバランサーには応答していますが、この端末には応答しません</translation>
    </message>
    <message>
        <source>BLIND: the balancer has not answered for {age} ({misses} polls)</source>
        <translation>観測不能: ロードバランサーが {age} 応答していません（{misses} 回）</translation>
    </message>
    <message>
        <source>{error} The maps show the past; acting is locked. Check the network to the balancer; polling goes on.</source>
        <translation>{error} 図は過去のもので、操作はできません。ロードバランサーへのネットワークを確認してください。読み取りは続けています。</translation>
    </message>
    <message>
        <source>BLIND: the status of {lost} of {servers} servers cannot be read</source>
        <translation>観測不能: {servers} 台中 {lost} 台の状態を読み取れません</translation>
    </message>
    <message>
        <source>Too much truth is missing to act on; acting is locked. Check this workstation&apos;s network; polling goes on.</source>
        <translation>実数の欠けが多すぎるため操作はできません。この端末のネットワークを確認してください。読み取りは続けています。</translation>
    </message>
    <message>
        <source>Their addresses are outside of the networks that may be called. Name the fleet&apos;s networks in the settings.</source>
        <translation>サーバーのアドレスが、接続を許可したネットワークの外にあります。設定でサーバー群のネットワークを指定してください。</translation>
    </message>
    <message>
        <source>Belief and routed are shown, truth and gap are not. Open the way from this workstation to the servers&apos; status ports. {note}</source>
        <translation>把握と振分は表示していますが、実数と差は表示できません。この端末からサーバーの状態ポートへの経路を開けてください。{note}</translation>
    </message>
    <message>
        <source>connections, % of limit</source>
        <translation>接続数（上限比 %）</translation>
    </message>
    <message>
        <source>Truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>Routed</source>
        <translation>振分</translation>
    </message>
    <message>
        <source>new sessions per second, mean of 5 s</source>
        <translation>新規セッション / 秒（5 秒平均）</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>差</translation>
    </message>
    <message>
        <source>Belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>what the balancer holds, % of limit</source>
        <translation>ロードバランサーの持つ値（上限比 %）</translation>
    </message>
    <message>
        <source>truth − belief − arrivals since the report</source>
        <translation>実数 − 把握 − 報告後の到着分</translation>
    </message>
    <message>
        <source>Source: the balancer</source>
        <translation>出典: ロードバランサー</translation>
    </message>
    <message>
        <source>Not listed by the balancer</source>
        <translation>ロードバランサーの一覧にない</translation>
    </message>
    <message>
        <source>Attached: may be picked</source>
        <translation>接続中: 振り分け対象</translation>
    </message>
    <message>
        <source>Attached? Not told</source>
        <translation>接続中? 通知なし</translation>
    </message>
    <message>
        <source>Detached: never picked</source>
        <translation>切り離し済み: 振り分け対象外</translation>
    </message>
    <message>
        <source>Detached by {who}</source>
        <translation>切り離し済み（{who}）</translation>
    </message>
    <message>
        <source>Source: the balancer&apos;s counter of sessions sent, last 10 s</source>
        <translation>出典: ロードバランサーの振分カウンター（直近 10 秒）</translation>
    </message>
    <message>
        <source>Receiving? Not known</source>
        <translation>受信中? 不明</translation>
    </message>
    <message>
        <source>Receives new sessions</source>
        <translation>新規セッションを受信中</translation>
    </message>
    <message>
        <source>Receives nothing new</source>
        <translation>新規セッションなし</translation>
    </message>
    <message>
        <source>Source: the server&apos;s own status</source>
        <translation>出典: サーバー自身の状態</translation>
    </message>
    <message>
        <source>Empty? Not known</source>
        <translation>空? 不明</translation>
    </message>
    <message>
        <source>Empty? Not known; {age} ago it held</source>
        <translation>空? 不明（{age} 前の保持数）</translation>
    </message>
    <message>
        <source>Holds sessions</source>
        <translation>セッションを保持</translation>
    </message>
    <message>
        <source>Empty: drained</source>
        <translation>空: 処理完了</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>truth</source>
        <translation>実数</translation>
    </message>
    <message>
        <source>belief</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>gap (margin)</source>
        <translation>差（許容）</translation>
    </message>
    <message>
        <source>last report</source>
        <translation>最後の報告</translation>
    </message>
    <message>
        <source>Silent from {limit} on</source>
        <translation>{limit} 以上で無報告とみなす</translation>
    </message>
    <message>
        <source>sent since that report</source>
        <translation>その報告後の振分数</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>メモリー</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>recognition lag</source>
        <translation>認識処理の遅れ</translation>
    </message>
    <message>
        <source>session age p50 / p90</source>
        <translation>セッション経過 p50 / p90</translation>
    </message>
    <message>
        <source>up for</source>
        <translation>稼働時間</translation>
    </message>
    <message>
        <source>incarnation</source>
        <translation>起動 ID</translation>
    </message>
    <message>
        <source>address</source>
        <translation>アドレス</translation>
    </message>
    <message>
        <source>status: {reach}</source>
        <translation>状態の読み取り: {reach}</translation>
    </message>
    <message>
        <source>The status poll of this server, and the age of its newest answer</source>
        <translation>このサーバーの状態の読み取りと、最新の応答の経過時間</translation>
    </message>
    <message>
        <source>{what} Next: {next}</source>
        <translation>{what} 次の操作:{next}</translation>
    </message>
    <message>
        <source>{clock}, {left}</source>
        <translation>{clock}、{left}</translation>
    </message>
    <message>
        <source>next in {time}</source>
        <translation>次まで {time}</translation>
    </message>
    <message>
        <source>Night: all is well</source>
        <translation>夜間: すべて正常</translation>
    </message>
    <message>
        <source>A real balancer and its servers run on this machine. One row a server, time runs to the right; grey is healthy.</source>
        <translation>このコンピューター上で本物のロードバランサーとサーバーが動いています。1 行が 1 台、時間は右へ進み、灰色は正常です。</translation>
    </message>
    <message>
        <source>Three servers stop reporting</source>
        <translation>3 台が報告を止めます</translation>
    </message>
    <message>
        <source>{servers} go on serving, but tell the balancer nothing more. Nobody suffers yet: the load is low.</source>
        <translation>{servers} は処理を続けますが、ロードバランサーに報告しなくなります。負荷が低いため、まだ影響はありません。</translation>
    </message>
    <message>
        <source>Business hours: the herd moves in</source>
        <translation>営業時間: 負荷が集中します</translation>
    </message>
    <message>
        <source>The balancer believes {servers} to be idle and sends them nearly all new sessions, until clients are refused.</source>
        <translation>ロードバランサーは {servers} が空いていると思い込み、新規セッションのほとんどを送り、やがて拒否が始まります。</translation>
    </message>
    <message>
        <source>Your turn: detach them</source>
        <translation>あなたの番です: 切り離してください</translation>
    </message>
    <message>
        <source>Truth rises while belief stays at 0. Press the Detach buttons of {servers}; sessions that they have go on.</source>
        <translation>実数は増えていますが、把握は 0 のままです。{servers} の「切り離す」を押してください。既存のセッションは続きます。</translation>
    </message>
    <message>
        <source>Truth says full, belief says empty. Press the Detach buttons of {servers}; sessions that they have go on.</source>
        <translation>実数は満杯、把握は空です。{servers} の「切り離す」を押してください。既存のセッションは続きます。</translation>
    </message>
    <message>
        <source>The fleet recovers</source>
        <translation>サーバー群が回復します</translation>
    </message>
    <message>
        <source>New sessions go to the servers that report; watch the refusals end. Ctrl+S saves what happened as one file.</source>
        <translation>新規セッションは報告しているサーバーへ向かい、拒否が止まります。Ctrl+S で経過を 1 つのファイルに保存します。</translation>
    </message>
    <message>
        <source>no data yet</source>
        <translation>データ未着</translation>
    </message>
    <message>
        <source>blind, data {age} old</source>
        <translation>観測不能、データは {age} 前</translation>
    </message>
    <message>
        <source>data {age} old</source>
        <translation>データは {age} 前</translation>
    </message>
    <message>
        <source>data {age} old, balancer&apos;s clock off by {skew}</source>
        <translation>データは {age} 前、ロードバランサーの時計が {skew} ずれ</translation>
    </message>
    <message>
        <source>{value}, {age} ago</source>
        <translation>{age}前は {value}</translation>
    </message>
    <message>
        <source>attached</source>
        <translation>接続中</translation>
    </message>
    <message>
        <source>{detached} detached, {unreachable} unreachable</source>
        <translation>切り離し {detached}、到達不能 {unreachable}</translation>
    </message>
    <message>
        <source>Servers that the balancer may pick; servers whose own status this workstation cannot read</source>
        <translation>振り分け対象のサーバー / この端末から状態を読めないサーバー</translation>
    </message>
    <message>
        <source>silent</source>
        <translation>無報告</translation>
    </message>
    <message>
        <source>Attached servers whose last report to the balancer is older than {limit}</source>
        <translation>接続中で、最後の報告が {limit} より古いサーバー</translation>
    </message>
    <message>
        <source>all attached servers report</source>
        <translation>接続中の全サーバーが報告中</translation>
    </message>
    <message>
        <source>silent, {share}</source>
        <translation>無報告 {share}</translation>
    </message>
    <message>
        <source>all in {pool} ({share})</source>
        <translation>すべて {pool}（{share}）</translation>
    </message>
    <message>
        <source>in {pools} pools</source>
        <translation>{pools} プール</translation>
    </message>
    <message>
        <source>never reported</source>
        <translation>一度も報告なし</translation>
    </message>
    <message>
        <source>of {slots} sessions</source>
        <translation>/ {slots} セッション</translation>
    </message>
    <message>
        <source>{servers} server not counted</source>
        <translation>{servers} 台は数えられていません</translation>
    </message>
    <message>
        <source>{servers} servers not counted</source>
        <translation>{servers} 台は集計外</translation>
    </message>
    <message>
        <source>{sessions} of them on the {servers} silent</source>
        <translation>うち {sessions} が無報告 {servers} 台</translation>
    </message>
    <message>
        <source>{share} of all slots used</source>
        <translation>全枠の {share} を使用</translation>
    </message>
    <message>
        <source>effective servers</source>
        <translation>実効サーバー数</translation>
    </message>
    <message>
        <source>On how many servers the new sessions of the last 10 s spread, as if evenly</source>
        <translation>直近 10 秒の新規セッションが均等に何台分へ散らばったか</translation>
    </message>
    <message>
        <source>too few new sessions to tell</source>
        <translation>新規セッションが少なく判断不能</translation>
    </message>
    <message>
        <source>of {servers}; one takes {share}</source>
        <translation>{servers} 台中、1 台に {share}</translation>
    </message>
    <message>
        <source>of {servers}; the load is spread</source>
        <translation>{servers} 台中、負荷は分散</translation>
    </message>
    <message>
        <source>free if one goes</source>
        <translation>1 台停止時の空き</translation>
    </message>
    <message>
        <source>{share} of all slots used now</source>
        <translation>現在 全枠の {share} を使用</translation>
    </message>
    <message>
        <source>Free slots of the attached servers after the loss of the largest of them</source>
        <translation>最大の 1 台を失った後の、接続中サーバーの空き枠</translation>
    </message>
    <message>
        <source>errors / min</source>
        <translation>エラー / 分</translation>
    </message>
    <message>
        <source>the balancer does not tell</source>
        <translation>ロードバランサーから通知なし</translation>
    </message>
    <message>
        <source>as clients are told, below</source>
        <translation>通知の原文は下の行</translation>
    </message>
    <message>
        <source>of new refused</source>
        <translation>新規の拒否率</translation>
    </message>
    <message>
        <source>{share} in {pool}, last 10 s</source>
        <translation>{pool} で {share}、直近 10 秒</translation>
    </message>
    <message>
        <source>no new sessions in 10 s</source>
        <translation>10 秒間 新規なし</translation>
    </message>
    <message>
        <source>of sessions refused</source>
        <translation>のセッションを拒否</translation>
    </message>
    <message>
        <source>Share of the new sessions that were refused</source>
        <translation>新規セッションのうち拒否された割合</translation>
    </message>
    <message>
        <source>last 10 s</source>
        <translation>直近 10 秒</translation>
    </message>
    <message>
        <source>answer {status}, generation {generation}</source>
        <translation>応答 {status}、世代 {generation}</translation>
    </message>
    <message>
        <source>the balancer&apos;s table says so, generation {generation}</source>
        <translation>ロードバランサーの表で確認、世代 {generation}</translation>
    </message>
    <message>
        <source>none came in {time}, but only {expected} would have: more traffic has to prove it</source>
        <translation>{time} の間に新規はないが、来る見込みも {expected} 件だけ。判定には次の新規が必要</translation>
    </message>
    <message>
        <source>{routed} new session where {expected} were to be expected</source>
        <translation>新規 {routed} 件（{expected} 件が見込まれた間）</translation>
    </message>
    <message>
        <source>{routed} new sessions where {expected} were to be expected</source>
        <translation>本来 {expected} 件のところ新規 {routed} 件</translation>
    </message>
    <message>
        <source>reports again, {age} ago</source>
        <translation>報告再開（{age} 前）</translation>
    </message>
    <message>
        <source>its own count is 0</source>
        <translation>自身の接続数が 0</translation>
    </message>
    <message>
        <source>BREAK-GLASS: {act}</source>
        <translation>緊急操作: {act}</translation>
    </message>
    <message>
        <source>{server}  {time}: not in the fleet then</source>
        <translation>{server}  {time}: この時点ではサーバー群にいません</translation>
    </message>
    <message>
        <source>{server}  {time}: truth {truth}, belief {belief}, gap {gap}, routed {routed}, report {age} old, {state}</source>
        <translation>{server}  {time}: 実数 {truth}、把握 {belief}、差 {gap}、振分 {routed}、報告は {age} 前、{state}</translation>
    </message>
    <message>
        <source>nothing was seen</source>
        <translation>観測なし</translation>
    </message>
    <message>
        <source>its status could not be read</source>
        <translation>状態を読み取れず</translation>
    </message>
    <message>
        <source>the balancer did not answer</source>
        <translation>ロードバランサー応答なし</translation>
    </message>
    <message>
        <source>detached</source>
        <translation>切り離し済み</translation>
    </message>
    <message>
        <source>attached, silent</source>
        <translation>接続中・無報告</translation>
    </message>
    <message>
        <source>truth {truth}: sessions that it has go on</source>
        <translation>実数 {truth}: 既存のセッションは続行</translation>
    </message>
    <message>
        <source>new sessions go to the others</source>
        <translation>新規セッションはほかのサーバーへ</translation>
    </message>
    <message>
        <source>{time} {server}, pool {pool}: {state}</source>
        <translation>{time} {server}、プール {pool}：{state}</translation>
    </message>
    <message>
        <source>{count} per minute: {error}</source>
        <translation>毎分 {count} 件：{error}</translation>
    </message>
    <message>
        <source>{name}: {start} to {end}</source>
        <translation>{name}：{start} から {end} まで</translation>
    </message>
    <message>
        <source>now</source>
        <translation>現在</translation>
    </message>
    <message>
        <source>{time} {name}: {text}</source>
        <translation>{time} {name}：{text}</translation>
    </message>
    <message>
        <source>Hand-over</source>
        <translation>引き継ぎ</translation>
    </message>
    <message>
        <source>Open alarms:</source>
        <translation>発生中の警報：</translation>
    </message>
    <message>
        <source>Detached servers:</source>
        <translation>切り離し中のサーバー：</translation>
    </message>
    <message>
        <source>Notes:</source>
        <translation>メモ：</translation>
    </message>
    <message>
        <source>Not seen by this console:</source>
        <translation>このコンソールから見えなかった時間：</translation>
    </message>
    <message>
        <source>{time} {name} on {about}: {text}</source>
        <translation>{time} {name}（{about}）: {text}</translation>
    </message>
    <message>
        <source>{time}: {attached} of {servers} servers attached, {silent} silent, {lost} without status</source>
        <translation>{time}：{servers} 台中 {attached} 台が接続中、無報告 {silent} 台、状態不明 {lost} 台</translation>
    </message>
    <message>
        <source>{sessions} sessions, {rate} new per second, {refused} refused</source>
        <translation>セッション {sessions}、新規は毎秒 {rate} 件、拒否 {refused}</translation>
    </message>
    <message>
        <source>truth {truth}, belief {belief}</source>
        <translation>実数 {truth}、把握 {belief}</translation>
    </message>
    <message>
        <source>last report {age} ago</source>
        <translation>最後の報告は {age} 前</translation>
    </message>
    <message>
        <source>suspect {server} ({rules}): {reasons}</source>
        <translation>疑わしいサーバー {server}（{rules}）：{reasons}</translation>
    </message>
    <message>
        <source>{time} {priority} {rule} {target}: {sentence}</source>
        <translation>{time} {priority} {rule} {target}：{sentence}</translation>
    </message>
    <message>
        <source>{servers} detached, nobody tells by whom</source>
        <translation>{servers} は切り離し中、誰によるものかは不明</translation>
    </message>
    <message>
        <source>{server} detached at {time} by {name}: {reason}</source>
        <translation>{server} は {time} に {name} が切り離し：{reason}</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>ほか {count} 件</translation>
    </message>
    <message>
        <source>none</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>last report {age} ago, limit {bound}</source>
        <translation>最後の報告は {age} 前（上限 {bound}）</translation>
    </message>
    <message>
        <source>never reported, limit {bound}</source>
        <translation>一度も報告なし（上限 {bound}）</translation>
    </message>
    <message>
        <source>belief {belief} has stood still for {age}; {routed} sessions were sent meanwhile</source>
        <translation>把握値 {belief} が {age} 動かず、その間に {routed} セッションが送られました</translation>
    </message>
    <message>
        <source>new sessions of {pool} use {n_eff} of {servers} servers</source>
        <translation>{pool} の新規セッションは {servers} 台中 {n_eff} 台分にしか分散していません</translation>
    </message>
    <message>
        <source>gets {share} of new sessions, fair {fair}</source>
        <translation>新規の {share} を受ける（公平なら {fair}）</translation>
    </message>
    <message>
        <source>gap {gap} session</source>
        <translation>差 {gap} セッション</translation>
    </message>
    <message>
        <source>{truth} sessions, {share} of its limit; the median of its pool is {median}</source>
        <translation>{truth} セッション、上限の {share}（プールの中央値は {median}）</translation>
    </message>
    <message>
        <source>{used} of {limit} of memory used, {share}</source>
        <translation>メモリ {limit} 中 {used} を使用（{share}）</translation>
    </message>
    <message>
        <source>{said}; used up in {eta}</source>
        <translation>{said}、{eta} で枯渇</translation>
    </message>
    <message>
        <source>the balancer restarted</source>
        <translation>バランサーが再起動しました</translation>
    </message>
    <message>
        <source>restarted; how many sessions it had is not known</source>
        <translation>再起動しました。直前のセッション数は不明です</translation>
    </message>
    <message>
        <source>restarted; it had {sessions} sessions before</source>
        <translation>再起動しました。直前のセッション数は {sessions} です</translation>
    </message>
    <message>
        <source>{count} in 10 s, {expected} expected: {text}</source>
        <translation>10 秒間に {count} 件（想定 {expected} 件）：{text}</translation>
    </message>
    <message>
        <source>{share} of the sessions of the last minutes failed, {allowed} are allowed</source>
        <translation>直近数分のセッションの {share} が失敗（許容 {allowed}）</translation>
    </message>
    <message>
        <source>{count} sessions timed out in 10 s, {expected} expected</source>
        <translation>10 秒間に {count} セッションが時間切れ（想定 {expected}）</translation>
    </message>
    <message>
        <source>first results after {late}, usually after {usual}</source>
        <translation>最初の結果まで {late}（通常 {usual}）</translation>
    </message>
    <message>
        <source>the journal cannot be written: {error}</source>
        <translation>操作記録に書き込めません：{error}</translation>
    </message>
    <message>
        <source>this console is {lag} late, a new picture took {frame}</source>
        <translation>この監視端末が {lag} 遅れています（更新間隔 {frame}）</translation>
    </message>
    <message>
        <source>detached for {age}, and still sent {routed} sessions</source>
        <translation>切り離して {age} たつのに {routed} セッションが送られました</translation>
    </message>
    <message>
        <source>asked for: {wanted}; it is: {actual}</source>
        <translation>指示：{wanted}、実際：{actual}</translation>
    </message>
    <message>
        <source>its clock differs from ours by {by}</source>
        <translation>このサーバの時計は当端末と {by} ずれています</translation>
    </message>
    <message>
        <source>the balancer&apos;s clock differs from ours by {by}</source>
        <translation>バランサーの時計は当端末と {by} ずれています</translation>
    </message>
    <message>
        <source>the clock of this machine differs from the fleet&apos;s by {by}</source>
        <translation>当端末の時計はサーバ群と {by} ずれています</translation>
    </message>
    <message>
        <source>without its largest server {pool} would be {share} full: {used} sessions</source>
        <translation>最大の 1 台を失うと {pool} の使用率は {share}（{used} セッション）になります</translation>
    </message>
    <message>
        <source>takes {share} of new sessions, fair share {fair}</source>
        <translation>新規の {share} が集中（均等なら {fair}）</translation>
    </message>
    <message>
        <source>gap {gap} sessions</source>
        <translation>差 {gap} セッション</translation>
    </message>
    <message>
        <source>{rule} over</source>
        <translation>{rule} 解消</translation>
    </message>
    <message>
        <source>{verb} {server}: {step}</source>
        <translation>{server} の{verb}: {step}</translation>
    </message>
    <message>
        <source>{count} {rule}</source>
        <translation>{rule} {count} 台</translation>
    </message>
    <message>
        <source>{rule} {server}</source>
        <translation>{rule} {server}</translation>
    </message>
    <message>
        <source>detach</source>
        <translation>切り離し</translation>
    </message>
    <message>
        <source>attach</source>
        <translation>復帰</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>差</translation>
    </message>
    <message>
        <source>saturation</source>
        <translation>飽和</translation>
    </message>
    <message>
        <source>blind</source>
        <translation>観測不能</translation>
    </message>
    <message>
        <source>stuck</source>
        <translation>停滞</translation>
    </message>
    <message>
        <source>hot</source>
        <translation>突出</translation>
    </message>
    <message>
        <source>restart</source>
        <translation>再起動</translation>
    </message>
    <message>
        <source>errors</source>
        <translation>エラー</translation>
    </message>
    <message>
        <source>budget</source>
        <translation>エラー予算</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>遅延</translation>
    </message>
    <message>
        <source>sick</source>
        <translation>監視端末の不調</translation>
    </message>
    <message>
        <source>ineffective</source>
        <translation>切り離し無効</translation>
    </message>
    <message>
        <source>drift</source>
        <translation>状態の食い違い</translation>
    </message>
    <message>
        <source>skew</source>
        <translation>時計のずれ</translation>
    </message>
    <message>
        <source>no spare server</source>
        <translation>予備なし</translation>
    </message>
    <message>
        <source>cut sessions</source>
        <translation>セッション切断</translation>
    </message>
    <message>
        <source>Alarms sound again.</source>
        <translation>警報音を再開しました。</translation>
    </message>
    <message>
        <source>Muted for {left}. Nothing is acknowledged by that.</source>
        <translation>{left} の間、消音します。確認したことにはなりません。</translation>
    </message>
    <message>
        <source>Test of the sounds: {tone}</source>
        <translation>音のテスト: {tone}</translation>
    </message>
    <message>
        <source>No sound device answers: alarms can only beep, if at all.</source>
        <translation>音声デバイスが応答しません。警報はビープ音のみ、または鳴りません。</translation>
    </message>
    <message>
        <source>This desktop shows no notifications.</source>
        <translation>このデスクトップでは通知を表示できません。</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>the console cannot see</source>
        <translation>コンソールの視界喪失</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>role: not told yet</source>
        <translation>権限: 未確認</translation>
    </message>
    <message>
        <source>viewer: only looks</source>
        <translation>viewer: 閲覧のみ</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>operator</translation>
    </message>
    <message>
        <source>ARMED in {environment}</source>
        <translation>操作可（{environment}）</translation>
    </message>
    <message>
        <source>Arm {environment}</source>
        <translation>{environment} のロックを解除</translation>
    </message>
    <message>
        <source>BREAK-GLASS: {servers}</source>
        <translation>緊急操作: {servers}</translation>
    </message>
    <message>
        <source>break-glass</source>
        <translation>緊急操作</translation>
    </message>
    <message>
        <source>{who} went past a refusal in {environment}: {reason}</source>
        <translation>{environment} で {who} が拒否を超えて実行しました: {reason}</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Refused here</source>
        <translation>コンソールが拒否</translation>
    </message>
    <message>
        <source>Requested</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>受理</translation>
    </message>
    <message>
        <source>Rejected by the balancer</source>
        <translation>ロードバランサーが拒否</translation>
    </message>
    <message>
        <source>Unknown, reading back</source>
        <translation>不明（確認中）</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>確認済み</translation>
    </message>
    <message>
        <source>Effective (weak)</source>
        <translation>有効（根拠弱）</translation>
    </message>
    <message>
        <source>Effective</source>
        <translation>有効</translation>
    </message>
    <message>
        <source>Drained</source>
        <translation>処理完了</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>state not told</source>
        <translation>状態の通知なし</translation>
    </message>
    <message>
        <source>not listed by the balancer any more</source>
        <translation>一覧から消えた</translation>
    </message>
    <message>
        <source>not polled yet</source>
        <translation>未読み取り</translation>
    </message>
    <message>
        <source>answers</source>
        <translation>応答あり</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>接続不可</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>時間内に応答なし</translation>
    </message>
    <message>
        <source>invalid answer</source>
        <translation>不正な応答</translation>
    </message>
    <message>
        <source>access denied</source>
        <translation>アクセス拒否</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>混雑中</translation>
    </message>
    <message>
        <source>another server answers there</source>
        <translation>別のサーバーが応答</translation>
    </message>
    <message>
        <source>address may not be called from here</source>
        <translation>許可されていないアドレス</translation>
    </message>
    <message>
        <source>the balancer names no status address</source>
        <translation>状態アドレスの通知なし</translation>
    </message>
    <message>
        <source>{first}, {rest}</source>
        <translation>{first}、{rest}</translation>
    </message>
    <message>
        <source>Asking {url} for its fleet ...</source>
        <translation>{url} にサーバー群を問い合わせています…</translation>
    </message>
    <message>
        <source>Starting the lab ...</source>
        <translation>LAB を起動しています…</translation>
    </message>
    <message>
        <source>The console itself failed; its log says where.</source>
        <translation>コンソール自体で障害が起きました。場所はログにあります。</translation>
    </message>
    <message>
        <source>Writing the snapshot</source>
        <translation>保存しています</translation>
    </message>
    <message>
        <source>Snapshot written: {path}</source>
        <translation>保存しました: {path}</translation>
    </message>
    <message>
        <source>Nothing is recorded here, so that no report can be drafted.</source>
        <translation>記録がないため、報告書を作成できません。</translation>
    </message>
    <message>
        <source>Acting is locked: the newest picture could not be drawn.</source>
        <translation>操作はできません: 最新の表示を描画できませんでした。</translation>
    </message>
    <message>
        <source>No alarm waits to be acknowledged.</source>
        <translation>確認待ちの警報はありません。</translation>
    </message>
    <message>
        <source>The chosen alarm cannot be acknowledged.</source>
        <translation>選択中の警報は確認の対象ではありません。</translation>
    </message>
    <message>
        <source>That alarm is not in the list any more.</source>
        <translation>その警報はもう一覧にありません。</translation>
    </message>
    <message>
        <source>The certificate of {place} is not trusted ({why}): name its CA file in the settings.</source>
        <translation>{place} の証明書を信頼できません（{why}）。設定で CA ファイルを指定してください。</translation>
    </message>
    <message>
        <source>{place} does not speak TLS as expected ({why}): is it https at all?</source>
        <translation>{place} との TLS 通信が成立しません（{why}）。本当に https ですか。</translation>
    </message>
    <message>
        <source>{place} refused the connection: is the server running, and on this port?</source>
        <translation>{place} が接続を拒否しました。サーバーはこのポートで動いていますか。</translation>
    </message>
    <message>
        <source>{place} reset the connection: the server died, or something between cut it.</source>
        <translation>{place} との接続が切断されました。サーバーの停止か、途中の機器による切断です。</translation>
    </message>
    <message>
        <source>The name of {place} could not be resolved: check the name and the resolver of this workstation.</source>
        <translation>{place} の名前を解決できません。名前とこの端末の DNS 設定を確認してください。</translation>
    </message>
    <message>
        <source>The name of {place} has not been resolved.</source>
        <translation>{place} の名前はまだ解決されていません。</translation>
    </message>
    <message>
        <source>The name {place} was not resolved within {limit} s.</source>
        <translation>名前 {place} を {limit} s 以内に解決できませんでした。</translation>
    </message>
    <message>
        <source>This workstation has no file descriptor left: raise its limit of open files.</source>
        <translation>この端末のファイル記述子が足りません。オープンファイル数の上限を上げてください。</translation>
    </message>
    <message>
        <source>There is no route from this workstation to {place}: check network and VPN.</source>
        <translation>この端末から {place} への経路がありません。ネットワークと VPN を確認してください。</translation>
    </message>
    <message>
        <source>{place} could not be reached ({why}): check network and firewall.</source>
        <translation>{place} に到達できません（{why}）。ネットワークとファイアウォールを確認してください。</translation>
    </message>
    <message>
        <source>{place} closed the connection without an answer.</source>
        <translation>{place} は応答せずに接続を閉じました。</translation>
    </message>
    <message>
        <source>{place} answers 401: the token is missing or wrong.</source>
        <translation>{place} の応答は 401 です。トークンがないか、誤っています。</translation>
    </message>
    <message>
        <source>{place} answers 403: this token may not read here.</source>
        <translation>{place} の応答は 403 です。このトークンでは読み取れません。</translation>
    </message>
    <message>
        <source>{place} answers {status}: it is overloaded and asks for {wait} s.</source>
        <translation>{place} の応答は {status} です。過負荷のため {wait} s 待つよう求めています。</translation>
    </message>
    <message>
        <source>{place} answers {status}: it is overloaded.</source>
        <translation>{place} の応答は {status} です。過負荷です。</translation>
    </message>
    <message>
        <source>{place} answers {status}: is this the interface that the settings mean?</source>
        <translation>{place} の応答は {status} です。設定したインターフェースは正しいですか。</translation>
    </message>
    <message>
        <source>{place} answers {status} and points elsewhere, which is never followed: name the final address.</source>
        <translation>{place} の応答は {status} で、転送先には従いません。最終的なアドレスを指定してください。</translation>
    </message>
    <message>
        <source>{place} gave no whole answer within {limit} s.</source>
        <translation>{place} から {limit} s 以内に完全な応答がありません。</translation>
    </message>
    <message>
        <source>The balancer gave no whole answer within {limit} s.</source>
        <translation>ロードバランサーから {limit} s 以内に完全な応答がありません。</translation>
    </message>
    <message>
        <source>No whole answer within {limit} s.</source>
        <translation>{limit} s 以内に完全な応答がありません。</translation>
    </message>
    <message>
        <source>Its answer is older than the one before; it was not used.</source>
        <translation>応答は直前のものより古いため、使用していません。</translation>
    </message>
    <message>
        <source>Its answer is the one before once more; it was not used.</source>
        <translation>応答は直前のものの繰り返しのため、使用していません。</translation>
    </message>
    <message>
        <source>{place} wants TLS, which was not set up here.</source>
        <translation>{place} は TLS を必要としますが、準備されていません。</translation>
    </message>
    <message>
        <source>This address cannot be polled: {why}</source>
        <translation>このアドレスは監視できません: {why}</translation>
    </message>
    <message>
        <source>The answer of {place} {what}.</source>
        <translation>{place} の応答が不正です（{what}）。</translation>
    </message>
    <message>
        <source>Reading the balancer failed in the console itself: {why}.</source>
        <translation>ロードバランサーの読み取り中に、コンソール自体で障害が起きました（{why}）。</translation>
    </message>
    <message>
        <source>Reading it failed in the console itself: {why}; see the log.</source>
        <translation>読み取り中に、コンソール自体で障害が起きました（{why}）。ログを見てください。</translation>
    </message>
    <message>
        <source>The {what} breaks the contract: {why}.</source>
        <translation>応答（{what}）が取り決めに反しています（{why}）。</translation>
    </message>
    <message>
        <source>The {what} is not readable JSON: {why}.</source>
        <translation>応答（{what}）は JSON として読めません（{why}）。</translation>
    </message>
    <message>
        <source>The {what} speaks {schema}, this console speaks {known}.</source>
        <translation>応答（{what}）の版は {schema} ですが、このコンソールの版は {known} です。</translation>
    </message>
    <message>
        <source>The balancer lists no status address for {server}: its truth cannot be read.</source>
        <translation>ロードバランサーに {server} の状態アドレスがなく、実数を読めません。</translation>
    </message>
    <message>
        <source>The address listed for {server} cannot be called: {why}</source>
        <translation>{server} のアドレスを呼び出せません: {why}</translation>
    </message>
    <message>
        <source>{other} answers at {place}, the address listed for {server}.</source>
        <translation>{server} のアドレス {place} で {other} が応答しています。</translation>
    </message>
    <message>
        <source>Port {port} is outside the ports that may be called: allow it in the settings if it is right.</source>
        <translation>ポート {port} は許可範囲外です。正しければ設定で許可してください。</translation>
    </message>
    <message>
        <source>{address} is no address that can be called.</source>
        <translation>{address} は呼び出せるアドレスではありません。</translation>
    </message>
    <message>
        <source>{address} is a link-local, multicast or empty address: no server is called there.</source>
        <translation>{address} はリンクローカル、マルチキャスト、または空のアドレスなので、呼び出しません。</translation>
    </message>
    <message>
        <source>{address} would be this workstation itself: the balancer must list an address for outsiders.</source>
        <translation>{address} はこの端末自身になります。ロードバランサーには外部から使えるアドレスが必要です。</translation>
    </message>
    <message>
        <source>{address} is in no allowed network: name its network in the settings if it is right.</source>
        <translation>{address} は許可されたネットワークにありません。正しければ設定でネットワークを指定してください。</translation>
    </message>
    <message>
        <source>The balancer lists no address for it.</source>
        <translation>ロードバランサーにこのサーバーのアドレスがありません。</translation>
    </message>
    <message>
        <source>No word from the engine: look at the alarms, then try again.</source>
        <translation>エンジンから応答がありません。警報を見てから、もう一度試してください。</translation>
    </message>
    <message>
        <source>The console failed ({why}): look at the alarms, then try again.</source>
        <translation>コンソールに障害が起きました ({why})。警報を見てから、もう一度試してください。</translation>
    </message>
    <message>
        <source>{name} is acknowledged already.</source>
        <translation>{name} はすでに確認済みです。</translation>
    </message>
    <message>
        <source>{name} is shelved; take it off the shelf first.</source>
        <translation>{name} は保留中です。先に保留を解除してください。</translation>
    </message>
    <message>
        <source>{name} is shown under its cause {cause}; acknowledge that one.</source>
        <translation>{name} は原因 {cause} にまとめて表示されています。そちらを確認してください。</translation>
    </message>
    <message>
        <source>{name} is not among the alarms any more; nothing changed.</source>
        <translation>{name} はすでに警報の一覧にありません。何も変更していません。</translation>
    </message>
    <message>
        <source>Nobody was named as the operator; nothing changed.</source>
        <translation>オペレーター名がありません。何も変更していません。</translation>
    </message>
    <message>
        <source>{first} and {then}</source>
        <translation>{first}、さらに{then}</translation>
    </message>
    <message>
        <source>{first} Way out: {ways}.</source>
        <translation>{first} 解決策: {ways}。</translation>
    </message>
    <message>
        <source>{first} {then}</source>
        <translation>{first}{then}</translation>
    </message>
    <message>
        <source>The balancer does not list {server}; choose a server that it lists.</source>
        <translation>ロードバランサーの一覧に {server} がありません。一覧にあるサーバーを選んでください。</translation>
    </message>
    <message>
        <source>detach {server} is still in flight; wait until it is confirmed or has failed.</source>
        <translation>{server} の切り離しが進行中です。確認または失敗するまで待ってください。</translation>
    </message>
    <message>
        <source>attach {server} is still in flight; wait until it is confirmed or has failed.</source>
        <translation>{server} の復帰が進行中です。確認または失敗するまで待ってください。</translation>
    </message>
    <message>
        <source>the plan {server} is still in flight; wait until it is confirmed or has failed.</source>
        <translation>計画 {server} が進行中です。確認または失敗するまで待ってください。</translation>
    </message>
    <message>
        <source>The balancer takes no more requests for {left} s; wait until then.</source>
        <translation>ロードバランサーはあと {left} 秒間、要求を受け付けません。それまで待ってください。</translation>
    </message>
    <message>
        <source>The balancer was last read {age} s ago, at most {limit} s is allowed; wait for its next answer.</source>
        <translation>ロードバランサーの最後の読み取りは {age} s 前です（許容は {limit} s まで）。次の応答を待ってください。</translation>
    </message>
    <message>
        <source>The balancer never answered; wait for its first answer.</source>
        <translation>ロードバランサーはまだ一度も応答していません。最初の応答を待ってください。</translation>
    </message>
    <message>
        <source>The balancer names no version of its table: two operators could undo each other unseen; act at the balancer itself.</source>
        <translation>ロードバランサーが一覧の版を示していません。二人の運用者が気付かずに互いの操作を打ち消すおそれがあります。ロードバランサー側で操作してください。</translation>
    </message>
    <message>
        <source>{server} was replaced since you looked; look at it again, then decide.</source>
        <translation>{server} は表示の後に入れ替わりました。もう一度見てから判断してください。</translation>
    </message>
    <message>
        <source>The balancer has not said yet what this console may do; wait for its answer.</source>
        <translation>このコンソールの権限をロードバランサーがまだ示していません。応答を待ってください。</translation>
    </message>
    <message>
        <source>A {role} only watches; an {needed} may act.</source>
        <translation>{role} は閲覧のみです。操作できるのは {needed} です。</translation>
    </message>
    <message>
        <source>A {role} only watches: this console cannot be armed.</source>
        <translation>{role} は閲覧のみのため、このコンソールの操作ロックは解除できません。</translation>
    </message>
    <message>
        <source>This console only reads until it is armed; arm it first.</source>
        <translation>操作ロック中のため閲覧のみです。先にロックを解除してください。</translation>
    </message>
    <message>
        <source>The status of {unseen} of {listed} servers cannot be read from here, more than {limit}: detaching is locked until they can be seen again.</source>
        <translation>{listed} 台のうち {unseen} 台の状態をここから読めません（{limit} 超）。再び読めるまで切り離しはできません。</translation>
    </message>
    <message>
        <source>The status of {server} cannot be read ({misses} failed polls); wait until it answers, or until {polls} polls have failed while {share} of the fleet is seen.</source>
        <translation>{server} の状態を読めません（失敗 {misses} 回）。応答するか、全体の {share} が見えている間に {polls} 回失敗するまで待ってください。</translation>
    </message>
    <message>
        <source>Read back: the detach of {server} did not happen; nothing was sent again. Try once more if it is still needed.</source>
        <translation>読み直しの結果、{server} の切り離しは実行されていません。再送はしていません。まだ必要なら、もう一度操作してください。</translation>
    </message>
    <message>
        <source>Read back: the attach of {server} did not happen; nothing was sent again. Try once more if it is still needed.</source>
        <translation>読み直しの結果、{server} の復帰は実行されていません。再送はしていません。まだ必要なら、もう一度操作してください。</translation>
    </message>
    <message>
        <source>The balancer took the detach of {server}, but its table does not show it; look at the balancer itself.</source>
        <translation>ロードバランサーは {server} の切り離しを受け付けましたが、表に現れません。ロードバランサー自体を確認してください。</translation>
    </message>
    <message>
        <source>The balancer took the attach of {server}, but its table does not show it; look at the balancer itself.</source>
        <translation>ロードバランサーは {server} の復帰を受け付けましたが、表に現れません。ロードバランサー自体を確認してください。</translation>
    </message>
    <message>
        <source>The journal {path} could not be opened: {why}. Nothing is sent; make room or mend the path.</source>
        <translation>操作記録 {path} を開けません: {why}。何も送信しません。空き容量かパスを直してください。</translation>
    </message>
    <message>
        <source>The journal {path} could not be written: {why}. Nothing is sent; make room or mend the path.</source>
        <translation>操作記録 {path} に書き込めません: {why}。何も送信しません。空き容量かパスを直してください。</translation>
    </message>
    <message>
        <source>{server} is the last attached server of the pool {pool}; attach another one first.</source>
        <translation>{server} はプール {pool} で接続中の最後の 1 台です。先に別のサーバーを復帰してください。</translation>
    </message>
    <message>
        <source>No server that is attached and can be seen would remain in this pool; that is refused always.</source>
        <translation>このプールに、接続中で状態の見えるサーバーが 1 台も残りません。これは常に拒否されます。</translation>
    </message>
    <message>
        <source>{left} attached servers that can be seen would remain in this pool, at least {floor} are wanted.</source>
        <translation>このプールに残る、接続中で状態の見えるサーバーは {left} 台です。{floor} 台以上が必要です。</translation>
    </message>
    <message>
        <source>{after} of {size} servers of this pool would be detached, more than {limit}: hold, and say why.</source>
        <translation>このプールの {size} 台のうち {after} 台が切り離され、{limit} を超えます。理由を書き、長押ししてください。</translation>
    </message>
    <message>
        <source>{after} of {size} servers of this pool would be detached, more than {limit}.</source>
        <translation>このプールの {size} 台のうち {after} 台が切り離され、{limit} を超えます。</translation>
    </message>
    <message>
        <source>{after} of {size} servers of this pool would be detached; {never} is never reached.</source>
        <translation>このプールの {size} 台のうち {after} 台が切り離されます。{never} に達する操作は決してできません。</translation>
    </message>
    <message>
        <source>{count} detaches of this pool within {window} s, {most} are allowed; wait {wait} s.</source>
        <translation>このプールの切り離しが {window} 秒間に {count} 回（上限 {most} 回）です。{wait} 秒待ってください。</translation>
    </message>
    <message>
        <source>What the other servers of this pool can still take is not known; hold, and say why.</source>
        <translation>このプールの他のサーバーの余力が不明です。理由を書き、長押ししてください。</translation>
    </message>
    <message>
        <source>{reserve} times what is asked for would take {share} of this pool&apos;s other slots: hold, and say why.</source>
        <translation>需要の {reserve} 倍で、このプールの残りの枠の {share} を使います。理由を書き、長押ししてください。</translation>
    </message>
    <message>
        <source>{server} would come to {share} of its memory within {horizon} s (limit {limit}).</source>
        <translation>{server} のメモリーが {horizon} 秒以内に {share} に達します（上限 {limit}）。</translation>
    </message>
    <message>
        <source>{server} would peak at {share} of its slots within {horizon} s (limit {limit}).</source>
        <translation>{server} の枠の使用が {horizon} 秒以内に最大 {share} に達します（上限 {limit}）。</translation>
    </message>
    <message>
        <source>By the plain projection alone: no fresh what-if of this set is at hand.</source>
        <translation>単純な見込みだけによります: この組の新しい「もし」予測が手元にありません。</translation>
    </message>
    <message>
        <source>By the what-if of {age} s ago and the projection, the worse of both.</source>
        <translation>{age} 秒前の「もし」予測と単純な見込みの、悪いほうによります。</translation>
    </message>
    <message>
        <source>{server} has reported in time for {for_s} s, {need} s are wanted.</source>
        <translation>{server} が期限内に報告し続けた時間は {for_s} 秒です。{need} 秒が必要です。</translation>
    </message>
    <message>
        <source>{server} last reported {age} s ago (limit {limit} s): attached, it would draw the load again; make it report first.</source>
        <translation>{server} の最後の報告は {age} s 前です（上限 {limit} s）。復帰させるとまた負荷が集中します。先に報告を回復してください。</translation>
    </message>
    <message>
        <source>{server} has never reported (limit {limit} s): attached, it would draw the load again; make it report first.</source>
        <translation>{server} は一度も報告していません（上限 {limit} s）。復帰させるとまた負荷が集中します。先に報告を回復してください。</translation>
    </message>
    <message>
        <source>{server} uses {share} of its memory (limit {limit}); restart it or let it drain first.</source>
        <translation>{server} はメモリーの {share} を使用中です（上限 {limit}）。先に再起動するか、セッションの終了を待ってください。</translation>
    </message>
    <message>
        <source>{server} has never told how many sessions it holds; make its status readable first.</source>
        <translation>{server} のセッション数は一度も得られていません。先に状態を読めるようにしてください。</translation>
    </message>
    <message>
        <source>{server} still holds {truth} sessions, half of its pool holds {median} or fewer; let it drain first.</source>
        <translation>{server} はまだ {truth} セッションを持っています（プールの中央値 {median}）。先にセッションの終了を待ってください。</translation>
    </message>
    <message>
        <source>{server} has no free slot: whatever comes to it is refused; let it drain first.</source>
        <translation>{server} に空き枠がなく、来るものはすべて拒否されます。先にセッションの終了を待ってください。</translation>
    </message>
    <message>
        <source>{server} was detached {count} times within {window} s; it should stay out for {wait} s more.</source>
        <translation>{server} は {window} 秒間に {count} 回切り離されました。あと {wait} 秒は切り離したままにしてください。</translation>
    </message>
    <message>
        <source>This console only watches: it has no balancer to act on or no journal to write to.</source>
        <translation>このコンソールは監視専用です。操作するロードバランサー、または書き込む記録がありません。</translation>
    </message>
    <message>
        <source>Nothing has been read of the fleet yet; wait for the first answer.</source>
        <translation>サーバー群はまだ読み取られていません。最初の応答を待ってください。</translation>
    </message>
    <message>
        <source>It was taken back before anything was sent.</source>
        <translation>送信前に取り消されました。</translation>
    </message>
    <message>
        <source>It needs a reason.</source>
        <translation>理由が必要です。</translation>
    </message>
    <message>
        <source>Break-glass does not open this.</source>
        <translation>緊急操作でもこれは解除できません。</translation>
    </message>
    <message>
        <source>Break-glass is the lead&apos;s.</source>
        <translation>緊急操作は lead のみ可能です。</translation>
    </message>
    <message>
        <source>wait {seconds} s</source>
        <translation>{seconds} 秒待つ</translation>
    </message>
    <message>
        <source>attach {servers}</source>
        <translation>{servers} を復帰</translation>
    </message>
    <message>
        <source>one more server in this pool</source>
        <translation>このプールにサーバーを 1 台追加する</translation>
    </message>
    <message>
        <source>{count} more servers in this pool</source>
        <translation>このプールにサーバーを {count} 台追加する</translation>
    </message>
    <message>
        <source>wait until {server} is confirmed or has failed</source>
        <translation>{server} が確認されるか失敗するまで待つ</translation>
    </message>
    <message>
        <source>wait until it can be read again</source>
        <translation>再び読めるまで待つ</translation>
    </message>
    <message>
        <source>arm this console</source>
        <translation>操作ロックを解除する</translation>
    </message>
    <message>
        <source>ask somebody whose role is {role}</source>
        <translation>{role} の権限を持つ人に依頼する</translation>
    </message>
    <message>
        <source>{count} steps, none begun.</source>
        <translation>全 {count} 台、未着手です。</translation>
    </message>
    <message>
        <source>step {number} of {count}: {server}.</source>
        <translation>{count} 台中 {number} 台目: {server}。</translation>
    </message>
    <message>
        <source>{done} of {count} steps are done.</source>
        <translation>{count} 台中 {done} 台が完了しました。</translation>
    </message>
    <message>
        <source>all {count} steps are done and effective.</source>
        <translation>全 {count} 台が完了し、効果も確認されました。</translation>
    </message>
    <message>
        <source>all {count} steps are done; of {weak} it is not proved, as hardly any session would have come.</source>
        <translation>全 {count} 台が完了しました。うち {weak} 台は新規セッションの見込みがほとんどなく、効果は未確認です。</translation>
    </message>
    <message>
        <source>The plan ended after {done} of {count} steps: {why}. Nothing was taken back.</source>
        <translation>計画は {count} 台中 {done} 台で終了しました: {why}。実行済みの操作は取り消していません。</translation>
    </message>
    <message>
        <source>{server} was refused: {why}</source>
        <translation>{server} は拒否されました: {why}</translation>
    </message>
    <message>
        <source>{server}: {why}</source>
        <translation>{server}: {why}</translation>
    </message>
    <message>
        <source>{server} is not effective after {limit} s</source>
        <translation>{limit} 秒たっても {server} の効果が現れません</translation>
    </message>
    <message>
        <source>{server} was overtaken by another request</source>
        <translation>{server} は別の要求に追い越されました</translation>
    </message>
    <message>
        <source>it was stopped by {by}</source>
        <translation>{by} が停止しました</translation>
    </message>
    <message>
        <source>nothing has been read yet</source>
        <translation>まだ何も読めていません</translation>
    </message>
    <message>
        <source>the journal could not be written: {error}</source>
        <translation>操作記録を書き込めません: {error}</translation>
    </message>
    <message>
        <source>the console failed within it</source>
        <translation>途中でコンソール自体が失敗しました</translation>
    </message>
    <message>
        <source>{server} was detached or attached by somebody else meanwhile</source>
        <translation>その間に {server} が他者によって切り離しまたは接続されました</translation>
    </message>
    <message>
        <source>No answer came: it may have happened or not. The fleet is being read back; nothing is sent again.</source>
        <translation>応答がありません。実行されたかどうか不明です。サーバー群を読み直しています。再送はしません。</translation>
    </message>
    <message>
        <source>The balancer answered {status}: it may have happened or not. The fleet is being read back; nothing is sent again.</source>
        <translation>ロードバランサーの応答は {status} です。実行されたかどうか不明です。サーバー群を読み直しています。再送はしません。</translation>
    </message>
    <message>
        <source>The balancer turned it down: {why}. Nothing was changed; look again and decide.</source>
        <translation>ロードバランサーが拒否しました: {why}。何も変わっていません。もう一度見て判断してください。</translation>
    </message>
    <message>
        <source>{server} was replaced: another incarnation holds its name now; look at its state before you act.</source>
        <translation>{server} は入れ替わりました。同じ名前の別の実体です。操作の前に状態を確認してください。</translation>
    </message>
    <message>
        <source>{server} left the fleet before this could be proved; it gets no new sessions.</source>
        <translation>{server} は確認の前にサーバー群から外れました。新規セッションは届きません。</translation>
    </message>
    <message>
        <source>{server} was attached again by somebody else or by a restart of the balancer.</source>
        <translation>{server} は、他の人またはロードバランサーの再起動により、再び接続されました。</translation>
    </message>
    <message>
        <source>{server} was detached again by somebody else or by a restart of the balancer.</source>
        <translation>{server} は、他の人またはロードバランサーの再起動により、再び切り離されました。</translation>
    </message>
    <message>
        <source>The balancer says detached but sessions still arrive at {server}; look at the balancer itself.</source>
        <translation>ロードバランサーは切り離し済みと言いますが、{server} にまだセッションが届いています。ロードバランサー自体を確認してください。</translation>
    </message>
    <message>
        <source>the balancer was restarted meanwhile</source>
        <translation>その間にロードバランサーが再起動しました</translation>
    </message>
    <message>
        <source>the balancer&apos;s algorithm was changed meanwhile</source>
        <translation>その間に振り分け方式が変わりました</translation>
    </message>
    <message>
        <source>{server} was replaced or has left meanwhile</source>
        <translation>その間に {server} が入れ替わったか、外れました</translation>
    </message>
    <message>
        <source>{servers} was attached or detached meanwhile</source>
        <translation>その間に {servers} が復帰または切り離されました</translation>
    </message>
    <message>
        <source>Nothing was sent: {why}. Restart the console.</source>
        <translation>何も送信されていません: {why}。コンソールを再起動してください。</translation>
    </message>
    <message>
        <source>Nothing was changed: {why}. Restart the console.</source>
        <translation>何も変更していません: {why}。コンソールを再起動してください。</translation>
    </message>
    <message>
        <source>{name} is not shelved; nothing changed.</source>
        <translation>{name} は保留されていません。何も変更していません。</translation>
    </message>
    <message>
        <source>An alarm can be shelved for 1 second to {most} minutes; choose a time within these.</source>
        <translation>保留できるのは 1 秒から {most} 分までです。その範囲で選んでください。</translation>
    </message>
    <message>
        <source>{count} alarms are shelved already, and no more may be; take one back first.</source>
        <translation>すでに {count} 件が保留中で、これ以上は保留できません。先に一つ解除してください。</translation>
    </message>
    <message>
        <source>A note is needed, in a few words; nothing changed.</source>
        <translation>短いメモが必要です。何も変更していません。</translation>
    </message>
    <message>
        <source>A reason is needed, in a few words; nothing changed.</source>
        <translation>短い理由が必要です。何も変更していません。</translation>
    </message>
    <message>
        <source>A note may have {most} characters, and this has {count}; shorten it.</source>
        <translation>メモは {most} 文字までですが、{count} 文字あります。短くしてください。</translation>
    </message>
    <message>
        <source>A reason may have {most} characters, and this has {count}; shorten it.</source>
        <translation>理由は {most} 文字までですが、{count} 文字あります。短くしてください。</translation>
    </message>
    <message>
        <source>No word from the engine: the outcome is unknown. Read the row before you click again.</source>
        <translation>エンジンから返事がなく、結果は不明です。もう一度押す前に行を確認してください。</translation>
    </message>
    <message>
        <source>Nothing was sent: {why}</source>
        <translation>何も送信されていません: {why}</translation>
    </message>
    <message>
        <source>The console failed ({why}): the outcome is unknown. Read the row before you click again.</source>
        <translation>コンソールの障害（{why}）により、結果は不明です。もう一度押す前に行を確認してください。</translation>
    </message>
    <message>
        <source>This is no address of a balancer: {why} Write http://HOST:PORT or https://HOST:PORT.</source>
        <translation>ロードバランサーのアドレスではありません: {why} http://HOST:PORT または https://HOST:PORT の形で入力してください。</translation>
    </message>
    <message>
        <source>{place} is no balancer that the console can read: {why}</source>
        <translation>{place} は、このコンソールが読めるロードバランサーではありません: {why}</translation>
    </message>
    <message>
        <source>It is not a plain http:// or https:// address of host, port and path.</source>
        <translation>http:// または https:// で始まる、ホスト、ポート、パスだけのアドレスではありません。</translation>
    </message>
    <message>
        <source>Port {port} is not between 1 and 65535.</source>
        <translation>ポート {port} は 1 から 65535 の範囲にありません。</translation>
    </message>
    <message>
        <source>The lab ended with code {code} before it was up: {why}</source>
        <translation>LAB は起動前にコード {code} で終了しました: {why}</translation>
    </message>
    <message>
        <source>The lab ended with code {code} before it was up.</source>
        <translation>LAB は起動前にコード {code} で終了しました。</translation>
    </message>
    <message>
        <source>The lab was not up within {limit} s.</source>
        <translation>LAB は {limit} s 以内に起動しませんでした。</translation>
    </message>
    <message>
        <source>The start of the lab was cancelled.</source>
        <translation>LAB の起動は中止されました。</translation>
    </message>
    <message>
        <source>The journal&apos;s last line is not one of this version; move the file aside or name another one.</source>
        <translation>操作記録の最後の行がこの版のものではありません。ファイルを移すか、別のファイルを指定してください。</translation>
    </message>
    <message>
        <source>The journal {path} is closed.</source>
        <translation>操作記録 {path} は閉じられています。</translation>
    </message>
    <message>
        <source>There is no journal to write to.</source>
        <translation>書き込む操作記録がありません。</translation>
    </message>
    <message>
        <source>The snapshot {path} could not be written: {why}.</source>
        <translation>スナップショット {path} を書き込めません: {why}。</translation>
    </message>
    <message>
        <source>No server is chosen: point at a row, or choose one.</source>
        <translation>サーバーが選ばれていません。行を指すか、選んでください。</translation>
    </message>
    <message>
        <source>{server} has no Detach button now.</source>
        <translation>{server} には今「切り離す」ボタンがありません。</translation>
    </message>
    <message>
        <source>{server} is detached already.</source>
        <translation>{server} は既に切り離されています。</translation>
    </message>
    <message>
        <source>{server} cannot be detached now. {why}</source>
        <translation>{server} は今は切り離せません。{why}</translation>
    </message>
    <message>
        <source>Enter asks for a reason to detach {server}. Esc goes back.</source>
        <translation>Enter で {server} を切り離す理由を入力します。Esc で戻ります。</translation>
    </message>
    <message>
        <source>Enter detaches {server}. Esc goes back.</source>
        <translation>Enter で {server} を切り離します。Esc で戻ります。</translation>
    </message>
    <message>
        <source>A few sessions, every server reports its load to the balancer several times a second.</source>
        <translation>セッションはわずかです。どのサーバーも毎秒数回、負荷をロードバランサーに報告しています。</translation>
    </message>
    <message>
        <source>Two servers stop reporting</source>
        <translation>2 台が報告を止める</translation>
    </message>
    <message>
        <source>They go on serving. The balancer keeps their last report, zero sessions, and will believe it. No client suffers yet.</source>
        <translation>処理は続いています。ロードバランサーは最後の報告(0 セッション)を信じ続けます。まだ誰にも影響はありません。</translation>
    </message>
    <message>
        <source>Detach the silent servers.</source>
        <translation>報告のないサーバーを切り離してください。</translation>
    </message>
    <message>
        <source>The balancer restarts</source>
        <translation>ロードバランサーの再起動</translation>
    </message>
    <message>
        <source>It learns the servers anew from their reports. What an operator had told it is gone.</source>
        <translation>サーバーは報告によって改めて登録されます。運用者の指示は失われました。</translation>
    </message>
    <message>
        <source>Look at what you detached: is it still out?</source>
        <translation>切り離したサーバーを確認してください。まだ外れていますか。</translation>
    </message>
    <message>
        <source>The day begins</source>
        <translation>一日の始まり</translation>
    </message>
    <message>
        <source>More and more calls come; the balancer spreads them evenly.</source>
        <translation>通話が増えていきます。ロードバランサーは均等に振り分けています。</translation>
    </message>
    <message>
        <source>Business hours: all is well</source>
        <translation>業務時間:異常なし</translation>
    </message>
    <message>
        <source>Full load, evenly spread: every server reports in time.</source>
        <translation>負荷は最大ですが均等です。どのサーバーも遅れずに報告しています。</translation>
    </message>
    <message>
        <source>Two clocks are wrong</source>
        <translation>2 台の時計が狂っている</translation>
    </message>
    <message>
        <source>The servers are healthy; only what they say about the time is wrong.</source>
        <translation>サーバーは正常です。誤っているのは時刻だけです。</translation>
    </message>
    <message>
        <source>Detach nobody. Mend the clocks: logs of these servers cannot be compared.</source>
        <translation>切り離しは不要です。時計を直してください。このままではログを突き合わせられません。</translation>
    </message>
    <message>
        <source>Counters of three servers go back to zero</source>
        <translation>3 台のカウンターが 0 に戻る</translation>
    </message>
    <message>
        <source>A difference of two counters is missing for one poll. It is not a negative number, and not a jump.</source>
        <translation>カウンターの差は 1 回の取得の間だけ不明になります。負の数にも急増にもなりません。</translation>
    </message>
    <message>
        <source>Nothing: a console that cries now would be wrong.</source>
        <translation>何もしません。ここで警報を出すコンソールは誤りです。</translation>
    </message>
    <message>
        <source>One server reports for 4 s, and is silent for 4 s</source>
        <translation>1 台が 4 秒報告し、4 秒黙る</translation>
    </message>
    <message>
        <source>Looked at once, it is healthy half of the time. Over a minute it is not.</source>
        <translation>一度見ただけでは半分の確率で正常に見えます。1 分間見れば正常ではありません。</translation>
    </message>
    <message>
        <source>Detach it: a server that comes and goes is worse than one that is gone.</source>
        <translation>切り離してください。現れたり消えたりするサーバーは、いないサーバーより厄介です。</translation>
    </message>
    <message>
        <source>Look at the report ages, and detach the silent servers now: it is night, nobody notices.</source>
        <translation>報告の経過時間を見て、報告のないサーバーを今のうちに切り離してください。夜間なので影響はありません。</translation>
    </message>
    <message>
        <source>The day&apos;s telephone calls come. To the balancer the silent servers look the emptiest, so it sends them nearly all of it.</source>
        <translation>日中の通話が来ます。ロードバランサーには報告のないサーバーが最も空いて見えるため、ほとんどをそこへ送ります。</translation>
    </message>
    <message>
        <source>First peak: clients are refused</source>
        <translation>最初のピーク:接続が拒否される</translation>
    </message>
    <message>
        <source>The silent servers are full and refuse, and the balancer sends them more, while the others stand nearly idle. 16k is clean.</source>
        <translation>報告のないサーバーは満杯で拒否していますが、ロードバランサーはさらに送ります。ほかはほぼ空いています。16k は正常です。</translation>
    </message>
    <message>
        <source>Detach the silent servers, worst first; sessions that they have go on.</source>
        <translation>報告のないサーバーを、深刻なものから切り離してください。処理中のセッションは続きます。</translation>
    </message>
    <message>
        <source>One of them runs out of memory</source>
        <translation>1 台がメモリー不足になる</translation>
    </message>
    <message>
        <source>Detach what is left of them.</source>
        <translation>残っているものを切り離してください。</translation>
    </message>
    <message>
        <source>The reports are back: it recovers by itself</source>
        <translation>報告の再開:自然に回復する</translation>
    </message>
    <message>
        <source>The system kills it and cuts its sessions. The balancer still believes it empty: what it sends there finds a closed port.</source>
        <translation>強制終了され、セッションは途中で切れます。ロードバランサーはまだ空いていると信じ、閉じたポートへ送り続けます。</translation>
    </message>
    <message>
        <source>The killed one is started again, all report, the balancer corrects its table. The cause is still there.</source>
        <translation>終了したものが再び起動し、すべてが報告し、ロードバランサーの表が正されます。原因は残ったままです。</translation>
    </message>
    <message>
        <source>Attach what you detached. Do not close the incident: recovery is not a fix.</source>
        <translation>切り離したものを戻してください。障害の対応はまだ終えないでください。回復は解決ではありません。</translation>
    </message>
    <message>
        <source>Silence again</source>
        <translation>再び報告が止まる</translation>
    </message>
    <message>
        <source>Once more servers stop reporting while they look idle.</source>
        <translation>空いて見えるサーバーが、もう一度報告を止めました。</translation>
    </message>
    <message>
        <source>Detach the silent servers before the load comes.</source>
        <translation>負荷が来る前に、報告のないサーバーを切り離してください。</translation>
    </message>
    <message>
        <source>Second peak: one minute</source>
        <translation>2 回目のピーク:1 分間</translation>
    </message>
    <message>
        <source>The same herd on the same kind of silence; this time it is short.</source>
        <translation>同じ原因による同じ集中です。今回は短時間です。</translation>
    </message>
    <message>
        <source>Detach the silent servers, worst first.</source>
        <translation>報告のないサーバーを、深刻なものから切り離してください。</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Reports and load are normal. Who was not detached recovered by itself, twice, and may fall again.</source>
        <translation>報告も負荷も正常です。切り離さなかったサーバーは 2 回とも自然に回復しましたが、再発するおそれがあります。</translation>
    </message>
    <message>
        <source>Save what happened as one file (Ctrl+S in the window).</source>
        <translation>起きたことを 1 つのファイルに保存してください(ウィンドウで Ctrl+S)。</translation>
    </message>
    <message>
        <source>Reports of four servers get lost on the way</source>
        <translation>4 台の報告が途中で失われる</translation>
    </message>
    <message>
        <source>The servers send, the balancer does not receive: the numbers of the reports differ on the two sides.</source>
        <translation>サーバーは送っていますが、ロードバランサーに届きません。報告の番号が両側で食い違います。</translation>
    </message>
    <message>
        <source>Look at sent and received in the detail of a server before you blame it: the way between is ill.</source>
        <translation>サーバーを疑う前に、詳細の送信と受信を見てください。悪いのは途中の経路です。</translation>
    </message>
    <message>
        <source>Night: two servers stop reporting</source>
        <translation>夜間:2 台が報告を止める</translation>
    </message>
    <message>
        <source>Lie 1: accepted, and nothing is done</source>
        <translation>嘘 1:受け付けたが何もしない</translation>
    </message>
    <message>
        <source>The balancer answers that it has detached the server. Its own table says otherwise.</source>
        <translation>ロードバランサーは切り離したと答えますが、自身の表はそうなっていません。</translation>
    </message>
    <message>
        <source>Detach a silent server: the proof must stop before Confirmed.</source>
        <translation>報告のないサーバーを切り離してください。証明は「確認済み」の手前で止まるはずです。</translation>
    </message>
    <message>
        <source>Lie 2: shown as detached, and fed all the same</source>
        <translation>嘘 2:切り離し済みと見せて送り続ける</translation>
    </message>
    <message>
        <source>Its table shows the server as detached; new sessions go there as before.</source>
        <translation>表では切り離し済みですが、新しいセッションは以前と同じく送られます。</translation>
    </message>
    <message>
        <source>Detach a silent server: the proof must stop before Effective.</source>
        <translation>報告のないサーバーを切り離してください。証明は「効果あり」の手前で止まるはずです。</translation>
    </message>
    <message>
        <source>Lie 3: accepted for later, and never done</source>
        <translation>嘘 3:後で行うと受け付け、行わない</translation>
    </message>
    <message>
        <source>The balancer promises to do it later.</source>
        <translation>ロードバランサーは後で行うと約束します。</translation>
    </message>
    <message>
        <source>Detach a silent server: the proof must not get beyond Accepted.</source>
        <translation>報告のないサーバーを切り離してください。証明は「受付済み」より先へ進まないはずです。</translation>
    </message>
    <message>
        <source>Lie 4: done, and taken back</source>
        <translation>嘘 4:行ったあとで取り消す</translation>
    </message>
    <message>
        <source>The server is taken out, and put back after a few seconds.</source>
        <translation>サーバーは外されますが、数秒後に戻されます。</translation>
    </message>
    <message>
        <source>Detach a silent server: an alarm must tell when it is back.</source>
        <translation>報告のないサーバーを切り離してください。戻されたら警報が出るはずです。</translation>
    </message>
    <message>
        <source>Lie 5: done, and no answer</source>
        <translation>嘘 5:行ったが応答しない</translation>
    </message>
    <message>
        <source>The balancer does it and never says so.</source>
        <translation>ロードバランサーは実行しますが、応答しません。</translation>
    </message>
    <message>
        <source>Detach a silent server: the outcome is unknown until the table is read.</source>
        <translation>報告のないサーバーを切り離してください。表を読むまで結果は不明です。</translation>
    </message>
    <message>
        <source>Every report of the 8k pool gets lost</source>
        <translation>8k プールの報告がすべて失われる</translation>
    </message>
    <message>
        <source>The balancer picks by old counts. The servers themselves say that they are well: truth is visible, belief is old.</source>
        <translation>ロードバランサーは古い数で選んでいます。サーバー自身は正常と答えます。実数は見えており、古いのは把握です。</translation>
    </message>
    <message>
        <source>Detach nobody: whoever remains is just as silent. Look at what lies between the servers and the balancer.</source>
        <translation>切り離しは不要です。残るサーバーも同じく報告が届きません。サーバーとロードバランサーの間を調べてください。</translation>
    </message>
    <message>
        <source>The reports are back</source>
        <translation>報告の再開</translation>
    </message>
    <message>
        <source>The balancer corrects its table within a report interval.</source>
        <translation>ロードバランサーの表は報告間隔のうちに正されます。</translation>
    </message>
    <message>
        <source>Two servers restart under full load, and fall silent</source>
        <translation>2 台が最大負荷で再起動し、報告を止める</translation>
    </message>
    <message>
        <source>Each reported zero sessions once, and nothing after that: the herd of a whole day moves in within seconds.</source>
        <translation>0 セッションと一度だけ報告し、その後は何も送りません。日中の負荷が数秒で集中します。</translation>
    </message>
    <message>
        <source>The servers report again and the balancer corrects its table.</source>
        <translation>報告が再開し、ロードバランサーの表が正されます。</translation>
    </message>
    <message>
        <source>Attach what you detached.</source>
        <translation>切り離したものを戻してください。</translation>
    </message>
    <message>
        <source>One server reports zero, whatever is true</source>
        <translation>1 台が実際と関係なく 0 と報告する</translation>
    </message>
    <message>
        <source>Its reports are fresh, so nothing looks silent. What it says of itself and what it reports begin to differ.</source>
        <translation>報告は新しいので途絶えては見えません。サーバー自身の値と報告の値が食い違い始めます。</translation>
    </message>
    <message>
        <source>Business hours: the herd is on one server</source>
        <translation>業務時間:1 台に集中する</translation>
    </message>
    <message>
        <source>It is full and refuses; the balancer reads zero and sends it the next session, and the next.</source>
        <translation>満杯で拒否していますが、ロードバランサーは 0 と読み、次々にセッションを送ります。</translation>
    </message>
    <message>
        <source>Compare truth and belief, and detach the server whose gap is large.</source>
        <translation>実数と把握を比べ、差の大きいサーバーを切り離してください。</translation>
    </message>
    <message>
        <source>It reports the truth again</source>
        <translation>正しい報告に戻る</translation>
    </message>
    <message>
        <source>The balancer corrects its table; the herd leaves as its sessions end.</source>
        <translation>ロードバランサーの表が正され、セッションの終了とともに集中は解けます。</translation>
    </message>
    <message>
        <source>Each server is a process of its own here, with a memory cap.</source>
        <translation>ここでは各サーバーが独立したプロセスで、メモリーに上限があります。</translation>
    </message>
    <message>
        <source>Two servers stop reporting, and lose memory</source>
        <translation>2 台が報告を止め、メモリーを失っていく</translation>
    </message>
    <message>
        <source>They serve more sessions than they can recognise in time. Audio that waits is memory that is gone.</source>
        <translation>認識が追いつかない数のセッションを処理しています。待っている音声の分だけメモリーが減ります。</translation>
    </message>
    <message>
        <source>Detach them: a server that gets no new sessions can drain.</source>
        <translation>切り離してください。新しいセッションが来なければ、処理を終えられます。</translation>
    </message>
    <message>
        <source>Killed at the cap, and replaced</source>
        <translation>上限で強制終了され、置き換えられる</translation>
    </message>
    <message>
        <source>The system kills the full servers and cuts their sessions. A replacement reports zero and draws the herd.</source>
        <translation>満杯のサーバーは強制終了され、セッションは途中で切れます。代わりのサーバーは 0 と報告し、負荷を集めます。</translation>
    </message>
    <message>
        <source>Watch the replacements: they are new ids, and nobody has detached them.</source>
        <translation>代わりのサーバーを見てください。新しい ID で、まだ誰も切り離していません。</translation>
    </message>
    <message>
        <source>how the balancer picks cannot be told: least-reported is assumed</source>
        <translation>バランサーの選び方が不明なため、least-reported と仮定</translation>
    </message>
    <message>
        <source>the balancer&apos;s parameters are not known here: the usual ones are assumed</source>
        <translation>バランサーのパラメーターが不明なため、既定値と仮定</translation>
    </message>
    <message>
        <source>of some servers the sessions are not known: the last ones, or the average, stand in</source>
        <translation>一部のサーバーのセッション数が不明なため、最後の値か平均で代用</translation>
    </message>
    <message>
        <source>some servers tell no limit: they are taken as never full</source>
        <translation>一部のサーバーの上限が不明なため、満杯にならないと仮定</translation>
    </message>
    <message>
        <source>assumed: a session lasts {seconds}</source>
        <translation>仮定：セッションの長さは {seconds}</translation>
    </message>
    <message>
        <source>{servers} and {count} more</source>
        <translation>{servers} ほか {count} 台</translation>
    </message>
    <message>
        <source>nothing to end: refused {share} within {horizon} as it is</source>
        <translation>対処は不要：このままでも {horizon} 以内の拒否は {share}</translation>
    </message>
    <message>
        <source>no set of servers was found whose detach would end this</source>
        <translation>切り離せば収まるサーバーの組は見つからない</translation>
    </message>
    <message>
        <source>no set ends it; without {servers}: refused {before} -&gt; {after}</source>
        <translation>収まる組はない。{servers} を外すと拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>detaching these ends it: {servers}: refused {before} -&gt; {after}</source>
        <translation>これらを切り離せば収まる：{servers}：拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>detach {servers}: refused {before} -&gt; {after}</source>
        <translation>{servers} を切り離すと拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>memory runs out first: peak {peak}</source>
        <translation>先に尽きるのはメモリー：ピーク {peak}</translation>
    </message>
    <message>
        <source>peak {peak} (give or take {margin}) on {server}</source>
        <translation>ピーク {peak}（±{margin}）、{server}</translation>
    </message>
    <message>
        <source>next full: {servers} in {seconds}</source>
        <translation>次に満杯になるのは {servers}、{seconds} 後</translation>
    </message>
    <message>
        <source>next full: one of {count} that cannot be told apart, in {seconds}</source>
        <translation>次に満杯になるのは区別できない {count} 台のどれか、{seconds} 後</translation>
    </message>
    <message>
        <source>nobody else fills up; most goes to {servers}</source>
        <translation>ほかに満杯になるサーバーはない。最も多く受けるのは {servers}</translation>
    </message>
    <message>
        <source>nobody fills up</source>
        <translation>満杯になるサーバーはない</translation>
    </message>
    <message>
        <source>{server} is empty</source>
        <translation>{server} は空</translation>
    </message>
    <message>
        <source>{server}: usual sessions end within {p90}; some are older than usual and may last up to {bound}</source>
        <translation>{server}: 通常のセッションは {p90} 以内に終わる。通常より長いものがあり、最長 {bound} 続くことがある</translation>
    </message>
    <message>
        <source>{server} may take up to {bound} to become empty</source>
        <translation>{server} が空になるまで最長 {bound}</translation>
    </message>
    <message>
        <source>{server} is empty in about {p50}, at most {p90} in nine of ten cases</source>
        <translation>{server} が空になるまで約 {p50}、9 割の確率で {p90} 以内</translation>
    </message>
    <message>
        <source>Detach these {count}: {servers}</source>
        <translation>{count} 台を切り離す: {servers}</translation>
    </message>
    <message>
        <source>Attach the {count} that I detached: {servers}</source>
        <translation>自分が切り離した {count} 台を復帰: {servers}</translation>
    </message>
    <message>
        <source>Plan: detach {count} servers</source>
        <translation>計画: {count} 台を切り離す</translation>
    </message>
    <message>
        <source>Plan: attach {count} servers</source>
        <translation>計画: {count} 台を復帰</translation>
    </message>
    <message>
        <source>Stop this plan</source>
        <translation>この計画を止める</translation>
    </message>
    <message>
        <source>by {who} at {time}</source>
        <translation>{who}、{time}</translation>
    </message>
    <message>
        <source>BREAK-GLASS {who}</source>
        <translation>緊急操作 {who}</translation>
    </message>
    <message>
        <source>no review time</source>
        <translation>見直し時刻なし</translation>
    </message>
    <message>
        <source>review was due {age} ago</source>
        <translation>見直し時刻を {age} 超過</translation>
    </message>
    <message>
        <source>review at {time}</source>
        <translation>見直し {time}</translation>
    </message>
    <message>
        <source>Alarm flood, {count} new. By cause: {causes}</source>
        <translation>警報多発、新規 {count} 件。原因別: {causes}</translation>
    </message>
    <message>
        <source>{said}; other causes: {count}</source>
        <translation>{said}。その他の原因: {count}</translation>
    </message>
    <message>
        <source>{rule} {target}</source>
        <translation>{rule} {target}</translation>
    </message>
    <message>
        <source>{first} and {count} more</source>
        <translation>{first} ほか {count} 件</translation>
    </message>
    <message>
        <source>{state}: {sentence}</source>
        <translation>{state}: {sentence}</translation>
    </message>
    <message>
        <source>Folded here: {names}</source>
        <translation>まとめられた対象: {names}</translation>
    </message>
    <message>
        <source>Folded here: {names} and {count} more</source>
        <translation>まとめられた対象: {names} ほか {count} 件</translation>
    </message>
    <message>
        <source>Note {time} {name}: {text}</source>
        <translation>メモ {time} {name}: {text}</translation>
    </message>
    <message>
        <source>all that wait</source>
        <translation>未確認のすべて</translation>
    </message>
    <message>
        <source>the situation</source>
        <translation>全体の状況</translation>
    </message>
    <message>
        <source>LAB: {environment}</source>
        <translation>LAB: {environment}</translation>
    </message>
    <message>
        <source>Alarm in {environment}</source>
        <translation>{environment} の警報</translation>
    </message>
    <message>
        <source>The console has stopped seeing the fleet: nothing on it is live.</source>
        <translation>コンソールからサーバー群が見えなくなりました。画面の表示は最新ではありません。</translation>
    </message>
    <message>
        <source>New alarms: {count}</source>
        <translation>新規警報: {count} 件</translation>
    </message>
    <message>
        <source>{alarm}; and {count} more new ones</source>
        <translation>{alarm}。ほかに新規 {count} 件</translation>
    </message>
    <message>
        <source>{priority}: {rule} {target}: {sentence}</source>
        <translation>{priority}: {rule} {target}: {sentence}</translation>
    </message>
    <message>
        <source>Reading the recording ...</source>
        <translation>記録を読み込んでいます ...</translation>
    </message>
    <message>
        <source>Drafted. Each sentence ends with the marks of its evidence.</source>
        <translation>作成しました。各文の末尾は根拠の記号です。</translation>
    </message>
    <message>
        <source>Revision kept: {path}</source>
        <translation>改訂を保存しました: {path}</translation>
    </message>
    <message>
        <source>Report written: {path}</source>
        <translation>報告書を出力しました: {path}</translation>
    </message>
    <message>
        <source>Reading the recording: {percent} %</source>
        <translation>記録を読み込んでいます: {percent} %</translation>
    </message>
    <message>
        <source>Save the changes first: the languages are edited apart.</source>
        <translation>先に変更を保存してください。言語ごとに編集します。</translation>
    </message>
    <message>
        <source>{path} could not be written: {why}.</source>
        <translation>{path} に書き込めません: {why}。</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>コピーしました。</translation>
    </message>
    <message>
        <source>Saved: {path}</source>
        <translation>保存しました: {path}</translation>
    </message>
    <message>
        <source>last hour</source>
        <translation>直近 1 時間</translation>
    </message>
    <message>
        <source>last 8 hours</source>
        <translation>直近 8 時間</translation>
    </message>
    <message>
        <source>last 24 hours</source>
        <translation>直近 24 時間</translation>
    </message>
    <message>
        <source>last 7 days</source>
        <translation>直近 7 日</translation>
    </message>
    <message>
        <source>alarms in 10 minutes, on average</source>
        <translation>10 分あたりの警報（平均）</translation>
    </message>
    <message>
        <source>alarms in the worst 10 minutes</source>
        <translation>最多の 10 分間の警報</translation>
    </message>
    <message>
        <source>share of 10-minute periods with more than 10</source>
        <translation>10 件を超えた 10 分間の割合</translation>
    </message>
    <message>
        <source>standing alarms</source>
        <translation>継続中の警報</translation>
    </message>
    <message>
        <source>standing for more than 24 hours</source>
        <translation>24 時間を超えて継続</translation>
    </message>
    <message>
        <source>chattering alarms</source>
        <translation>頻発する警報</translation>
    </message>
    <message>
        <source>share of the ten most frequent</source>
        <translation>上位 10 種の割合</translation>
    </message>
    <message>
        <source>share of high ones</source>
        <translation>高優先度の割合</translation>
    </message>
    <message>
        <source>shelved alarms</source>
        <translation>保留中の警報</translation>
    </message>
    <message>
        <source>good</source>
        <translation>良好</translation>
    </message>
    <message>
        <source>manageable</source>
        <translation>許容内</translation>
    </message>
    <message>
        <source>too much</source>
        <translation>過多</translation>
    </message>
    <message>
        <source>too few to tell</source>
        <translation>判定には少なすぎます</translation>
    </message>
    <message>
        <source>the console itself</source>
        <translation>コンソール自身</translation>
    </message>
    <message>
        <source>the balancer</source>
        <translation>ロードバランサー</translation>
    </message>
    <message>
        <source>the console stood still</source>
        <translation>コンソールが停止していました</translation>
    </message>
    <message>
        <source>{count} alarms asked for attention from {start} to {end}.</source>
        <translation>{start} から {end} までに {count} 件の警報が発生しました。</translation>
    </message>
    <message>
        <source>FIGURES</source>
        <translation>指標</translation>
    </message>
    <message>
        <source>figure</source>
        <translation>指標</translation>
    </message>
    <message>
        <source>good up to</source>
        <translation>良好の上限</translation>
    </message>
    <message>
        <source>manageable up to</source>
        <translation>許容の上限</translation>
    </message>
    <message>
        <source>verdict</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>by</source>
        <translation>基準</translation>
    </message>
    <message>
        <source>MOST FREQUENT</source>
        <translation>多い順</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>times</source>
        <translation>回数</translation>
    </message>
    <message>
        <source>answers of</source>
        <translation>応答元</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>使わなかった数</translation>
    </message>
    <message>
        <source>share</source>
        <translation>割合</translation>
    </message>
    <message>
        <source>No alarm in this time.</source>
        <translation>この期間の警報はありません。</translation>
    </message>
    <message>
        <source>Alarm figures</source>
        <translation>警報の統計</translation>
    </message>
    <message>
        <source>{count} intervals since this console was started, {lasting} of them last.</source>
        <translation>このコンソールの起動以降 {count} 回、うち {lasting} 回は継続中です。</translation>
    </message>
    <message>
        <source>Since this console was started, everything could be seen at all times.</source>
        <translation>このコンソールの起動以降、すべて常に見えています。</translation>
    </message>
    <message>
        <source>not seen</source>
        <translation>見えなかった対象</translation>
    </message>
    <message>
        <source>from</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>to</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>for</source>
        <translation>長さ</translation>
    </message>
    <message>
        <source>why</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Times without sight</source>
        <translation>見えなかった時間</translation>
    </message>
    <message>
        <source>servers that have left</source>
        <translation>いなくなったサーバー</translation>
    </message>
    <message>
        <source>ANSWERS THAT CAME LATE OR TWICE</source>
        <translation>遅れて、または二度届いた応答</translation>
    </message>
    <message>
        <source>None since this console was started: each answer was of its moment.</source>
        <translation>このコンソールの起動以降はありません。どの応答もその時点のものでした。</translation>
    </message>
    <message>
        <source>this console</source>
        <translation>このコンソール</translation>
    </message>
    <message>
        <source>priority {priority}: {count} alarms</source>
        <translation>優先度 {priority}: {count} 件</translation>
    </message>
    <message>
        <source>about {share}</source>
        <translation>約 {share}</translation>
    </message>
    <message>
        <source>The certificate of {place} has expired: it must be renewed there.</source>
        <translation>{place} の証明書は有効期限が切れています。先方での更新が必要です。</translation>
    </message>
    <message>
        <source>The certificate of {place} is not valid yet: compare the clocks of both machines.</source>
        <translation>{place} の証明書はまだ有効期間に入っていません。両方の機器の時計を比べてください。</translation>
    </message>
    <message>
        <source>The certificate of {place} is made out to another name: call it by a name that is in its certificate.</source>
        <translation>{place} の証明書は別の名前のものです。証明書にある名前で接続してください。</translation>
    </message>
    <message>
        <source>The certificate of {place} is signed by itself: if it is the right one, name it as the CA file.</source>
        <translation>{place} の証明書は自己署名です。正しいものであれば、CA ファイルとして指定してください。</translation>
    </message>
    <message>
        <source>The certificate of {place} comes from an authority unknown here: name its CA file in the settings.</source>
        <translation>{place} の証明書の発行元をこの端末は知りません。設定でその CA ファイルを指定してください。</translation>
    </message>
    <message>
        <source>The certificate of {place} has been revoked: somebody must look into that before it is used.</source>
        <translation>{place} の証明書は失効しています。使う前に原因を調べてください。</translation>
    </message>
    <message>
        <source>{place} shows none of the pinned keys, its own is {pin}: either its certificate was renewed with another key, or somebody stands between.</source>
        <translation>{place} はピン留めした鍵をどれも示しません。その鍵は {pin} です。証明書が別の鍵で更新されたか、間に誰かがいます。</translation>
    </message>
    <message>
        <source>Our client certificate has expired on {date}, so {place} is not called: renew it.</source>
        <translation>こちらのクライアント証明書は {date} に期限が切れたため、{place} には接続しません。更新してください。</translation>
    </message>
    <message>
        <source>{place} wants a client certificate and none is named: set balancer.cert_file and balancer.key_file.</source>
        <translation>{place} はクライアント証明書を求めていますが、指定がありません。balancer.cert_file と balancer.key_file を設定してください。</translation>
    </message>
    <message>
        <source>{place} broke the handshake off: it may want a client certificate, or other ciphers than ours.</source>
        <translation>{place} が TLS ハンドシェイクを打ち切りました。クライアント証明書か、別の暗号方式を求めている可能性があります。</translation>
    </message>
    <message>
        <source>{place} hung up after the handshake: it may want a client certificate, or another one than ours.</source>
        <translation>{place} が TLS ハンドシェイクの直後に切断しました。クライアント証明書か、別の証明書を求めている可能性があります。</translation>
    </message>
    <message>
        <source>{place} says that our client certificate has expired: renew it, and compare the clocks.</source>
        <translation>{place} によると、こちらのクライアント証明書は期限切れです。更新し、時計も比べてください。</translation>
    </message>
    <message>
        <source>{place} says that our client certificate has been revoked: ask for a new one.</source>
        <translation>{place} によると、こちらのクライアント証明書は失効しています。新しいものを依頼してください。</translation>
    </message>
    <message>
        <source>{place} does not know the authority of our client certificate: ask for one that it accepts.</source>
        <translation>{place} はこちらのクライアント証明書の発行元を知りません。受け入れられる証明書を依頼してください。</translation>
    </message>
    <message>
        <source>{place} refuses our client certificate ({why}): ask for one that it accepts.</source>
        <translation>{place} はこちらのクライアント証明書を拒否しました（{why}）。受け入れられる証明書を依頼してください。</translation>
    </message>
    <message>
        <source>{place} has refused the token, which is not sent again: store another one.</source>
        <translation>{place} はトークンを拒否しました。同じトークンは再送しません。別のトークンを登録してください。</translation>
    </message>
    <message>
        <source>{place} asked for a pause, {left} s of it are left.</source>
        <translation>{place} が待機を求めました。残り {left} 秒です。</translation>
    </message>
    <message>
        <source>The keyring did not answer within {limit} s: unlock it, or name another source of the token.</source>
        <translation>キーリングが {limit} 秒以内に応答しませんでした。ロックを解除するか、トークンの別の取得元を指定してください。</translation>
    </message>
    <message>
        <source>There is no keyring on this machine: name another source of the token.</source>
        <translation>この端末にはキーリングがありません。トークンの別の取得元を指定してください。</translation>
    </message>
    <message>
        <source>The keyring is locked: unlock it, or name another source of the token.</source>
        <translation>キーリングがロックされています。解除するか、トークンの別の取得元を指定してください。</translation>
    </message>
    <message>
        <source>The keyring failed ({why}): mend it, or name another source of the token.</source>
        <translation>キーリングでエラーが発生しました（{why}）。直すか、トークンの別の取得元を指定してください。</translation>
    </message>
    <message>
        <source>The keyring keeps no token for {name}: store it with `dsr-console token set --url {name}`.</source>
        <translation>キーリングに {name} のトークンがありません。`dsr-console token set --url {name}` で登録してください。</translation>
    </message>
    <message>
        <source>environment variable {name}: is empty or not set. Export it, or name another with --token-env.</source>
        <translation>環境変数 {name} が空か、設定されていません。設定するか、--token-env で別の変数を指定してください。</translation>
    </message>
    <message>
        <source>{file}: others can read this token. chmod 600 {file}, as its owner.</source>
        <translation>{file} のトークンは他の利用者にも読めます。所有者として chmod 600 {file} を実行してください。</translation>
    </message>
    <message>
        <source>One at a time: the cut of {server} is not confirmed yet.</source>
        <translation>一度に一台：{server} の切断はまだ確認されていません。</translation>
    </message>
    <message>
        <source>Cutting; waiting for the balancer to confirm.</source>
        <translation>切断中です。バランサーの確認を待っています。</translation>
    </message>
    <message>
        <source>Re-apply: detach {server}</source>
        <translation>再適用：{server} を切り離す</translation>
    </message>
    <message>
        <source>balancer can cut</source>
        <translation>切断機能</translation>
    </message>
    <message>
        <source>sessions held</source>
        <translation>保持セッション</translation>
    </message>
    <message>
        <source>Cut the sessions of {server}</source>
        <translation>{server} のセッションを切断</translation>
    </message>
    <message>
        <source>It ends {count} sessions at once: whoever speaks there now is cut off. Type their number. Detached, they end by themselves.</source>
        <translation>{count} セッションを即座に終了します。いま話している利用者は切断されます。その数を入力してください。切り離したままなら自然に終わります。</translation>
    </message>
    <message>
        <source>it says that it cut {count}</source>
        <translation>{count} 件を切断したとの回答</translation>
    </message>
    <message>
        <source>the server itself tells {truth}, {held} before</source>
        <translation>サーバー自身の値は {truth}（以前は {held}）</translation>
    </message>
    <message>
        <source>Read back: the cut of {server} did not happen; nothing was sent again. Try once more if it is still needed.</source>
        <translation>再読み取り：{server} の切断は行われていません。再送はしていません。まだ必要なら、もう一度実行してください。</translation>
    </message>
    <message>
        <source>The balancer says that it cut the sessions of {server}, but the server still tells {truth}; look at the server itself.</source>
        <translation>バランサーは {server} のセッションを切断したと答えましたが、サーバー自身はまだ {truth} と報告しています。サーバー本体を確認してください。</translation>
    </message>
    <message>
        <source>cut {server} is still in flight; wait until it is confirmed or has failed.</source>
        <translation>{server} の切断がまだ進行中です。確認または失敗するまで待ってください。</translation>
    </message>
    <message>
        <source>Cutting sessions is the lead&apos;s; this console is of an {role}.</source>
        <translation>セッションの切断は lead の権限です。このコンソールの役割は {role} です。</translation>
    </message>
    <message>
        <source>The balancer has not said yet whether it can cut sessions; wait for its answer.</source>
        <translation>バランサーがセッションを切断できるかどうか、まだ回答がありません。回答を待ってください。</translation>
    </message>
    <message>
        <source>This balancer cannot cut sessions; let the server drain.</source>
        <translation>このバランサーはセッションを切断できません。サーバーが空になるのを待ってください。</translation>
    </message>
    <message>
        <source>{server} is not detached; detach it first, then cut what is left.</source>
        <translation>{server} は切り離されていません。先に切り離し、残りを切断してください。</translation>
    </message>
    <message>
        <source>{server} holds no session; there is nothing to cut.</source>
        <translation>{server} にセッションはありません。切断するものがありません。</translation>
    </message>
    <message>
        <source>{server} holds {now} sessions: name their number to cut them.</source>
        <translation>{server} には {now} セッションがあります。切断するにはその数を指定してください。</translation>
    </message>
    <message>
        <source>{server} holds {now} sessions, not the {count} that were named: look again, then name their number.</source>
        <translation>{server} のセッションは {now} で、指定された {count} ではありません。もう一度確認し、その数を指定してください。</translation>
    </message>
    <message>
        <source>attached again, though {who} detached it</source>
        <translation>{who} が切り離したのに、また接続されています</translation>
    </message>
    <message>
        <source>not out any more</source>
        <translation>切り離しが外れています</translation>
    </message>
    <message>
        <source>{server} was attached by {who} at {time} meanwhile</source>
        <translation>その間に {time} {who} が {server} を復帰させました</translation>
    </message>
    <message>
        <source>{server} was detached by {who} at {time} meanwhile</source>
        <translation>その間に {time} {who} が {server} を切り離しました</translation>
    </message>
    <message>
        <source>{server} was attached already by {who} at {time}.</source>
        <translation>{server} は {time} に {who} がすでに復帰させています。</translation>
    </message>
    <message>
        <source>{server} was detached already by {who} at {time}.</source>
        <translation>{server} は {time} に {who} がすでに切り離しています。</translation>
    </message>
    <message>
        <source>{server} was attached again by {who} at {time}.</source>
        <translation>{server} は {time} に {who} が再び復帰させました。</translation>
    </message>
    <message>
        <source>{server} was detached again by {who} at {time}.</source>
        <translation>{server} は {time} に {who} が再び切り離しました。</translation>
    </message>
    <message>
        <source>Read back: {server} is attached now, and the balancer cannot tell whether the detach happened in between; look again and decide.</source>
        <translation>読み直しの結果、{server} は現在復帰していますが、その間に切り離しが行われたかどうかはロードバランサーからは分かりません。もう一度確認して判断してください。</translation>
    </message>
    <message>
        <source>Read back: {server} is detached now, and the balancer cannot tell whether the attach happened in between; look again and decide.</source>
        <translation>読み直しの結果、{server} は現在切り離されていますが、その間に復帰が行われたかどうかはロードバランサーからは分かりません。もう一度確認して判断してください。</translation>
    </message>
    <message>
        <source>What others detached lately could not be read of the balancer; wait for its next answer.</source>
        <translation>他の担当者が最近切り離したサーバーをロードバランサーから読み取れませんでした。次の応答を待ってください。</translation>
    </message>
    <message>
        <source>The recorder does not write</source>
        <translation>記録できていません</translation>
    </message>
    <message>
        <source>The recorder does not write: {count} polls are lost so far</source>
        <translation>記録できていません。これまでに {count} 回分を失いました</translation>
    </message>
    <message>
        <source>Nothing is recorded here: there is no past to go back to.</source>
        <translation>ここでは記録していないため、戻れる過去がありません。</translation>
    </message>
    <message>
        <source>The recording is empty yet.</source>
        <translation>記録はまだ空です。</translation>
    </message>
    <message>
        <source>Opening the recording ...</source>
        <translation>記録を開いています…</translation>
    </message>
    <message>
        <source>A replay window is open beside this one.</source>
        <translation>再生ウィンドウを別に開きました。</translation>
    </message>
    <message>
        <source>No report can be drafted here: its file is not known.</source>
        <translation>元のファイルが分からないため、ここでは報告書を作成できません。</translation>
    </message>
    <message>
        <source>{setting} = {value}</source>
        <translation>{setting} = {value}</translation>
    </message>
    <message>
        <source>{name}</source>
        <translation>{name}</translation>
    </message>
    <message>
        <source>Called off.</source>
        <translation>中止しました。</translation>
    </message>
    <message>
        <source>No alarm fires, and none was recorded.</source>
        <translation>アラームは出ず、記録にもありません。</translation>
    </message>
    <message>
        <source>The balancer told too little to work it out.</source>
        <translation>バランサーの情報が足りず、計算できません。</translation>
    </message>
    <message>
        <source>This is a replay: nothing can be sent from here.</source>
        <translation>これは再生です。ここからは何も送れません。</translation>
    </message>
    <message>
        <source>{date} {time}, poll {number} of {count}</source>
        <translation>{date} {time}、{count} 回中 {number} 回目</translation>
    </message>
    <message>
        <source>{environment}, {date} {first} to {last}</source>
        <translation>{environment}、{date} {first} から {last}</translation>
    </message>
    <message>
        <source>recorded {date}</source>
        <translation>{date} の記録</translation>
    </message>
    <message>
        <source>judging the recording, {share}</source>
        <translation>記録を判定中、{share}</translation>
    </message>
    <message>
        <source>what if: {changed}</source>
        <translation>もしも: {changed}</translation>
    </message>
    <message>
        <source>every alarm recomputed as it was recorded</source>
        <translation>すべてのアラームが記録どおりに再計算されました</translation>
    </message>
    <message>
        <source>the alarms differ from the recorded ones</source>
        <translation>アラームが記録と異なります</translation>
    </message>
    <message>
        <source>the rules had to warm up: early alarms may differ from the recorded ones</source>
        <translation>ルールの準備期間があるため、初めのアラームは記録と異なることがあります</translation>
    </message>
    <message>
        <source>{length} after the marked moment</source>
        <translation>印の時点から {length} 後</translation>
    </message>
    <message>
        <source>{length} before the marked moment</source>
        <translation>印の時点より {length} 前</translation>
    </message>
    <message>
        <source>Silences, detaches and processes that ended stay as they really were.</source>
        <translation>報告の途絶、切り離し、終了したプロセスは実際のままとしています。</translation>
    </message>
    <message>
        <source>Not judged, as it cannot be worked out: {rules}.</source>
        <translation>計算で求められないため判定していないルール: {rules}。</translation>
    </message>
    <message>
        <source>the balancer&apos;s own algorithm, worked out so, does not show it.</source>
        <translation>同じ方法で計算した実際のアルゴリズムでは現れません。</translation>
    </message>
    <message>
        <source>the balancer&apos;s own algorithm, worked out so, shows it at {time}.</source>
        <translation>同じ方法で計算した実際のアルゴリズムでは {time} に現れます。</translation>
    </message>
    <message>
        <source>{line} Not certain: {why}</source>
        <translation>{line} 不確実: {why}</translation>
    </message>
    <message>
        <source>With {name} {refused} sessions would have been refused; {really} really were.</source>
        <translation>{name} なら拒否は {refused} セッション、実際は {really} セッションでした。</translation>
    </message>
    <message>
        <source>{moved} sessions would have gone elsewhere. The balancer&apos;s own algorithm, worked out so, refuses {control}.</source>
        <translation>{moved} セッションが別のサーバーへ行きました。同じ方法で計算した実際のアルゴリズムの拒否は {control} です。</translation>
    </message>
    <message>
        <source>{alarm} would not have fired; it was recorded at {time}.</source>
        <translation>{alarm} は出なかったはずです。記録では {time} でした。</translation>
    </message>
    <message>
        <source>{alarm} fired at {time}, as recorded{worst}.</source>
        <translation>{alarm} は記録どおり {time} に出ました{worst}。</translation>
    </message>
    <message>
        <source>{alarm} would have fired at {time}; it was not recorded{worst}.</source>
        <translation>{alarm} は {time} に出たはずです。記録にはありません{worst}。</translation>
    </message>
    <message>
        <source>{alarm} would have fired at {time}, {length} before it did{worst}.</source>
        <translation>{alarm} は実際より {length} 早く、{time} に出たはずです{worst}。</translation>
    </message>
    <message>
        <source>{alarm} would have fired at {time}, {length} after it did{worst}.</source>
        <translation>{alarm} は実際より {length} 遅く、{time} に出たはずです{worst}。</translation>
    </message>
    <message>
        <source>, {length} before the worst minute</source>
        <translation>（最悪の 1 分の {length} 前）</translation>
    </message>
    <message>
        <source>, {length} into the worst minute</source>
        <translation>（最悪の 1 分の開始から {length} 後）</translation>
    </message>
    <message>
        <source>unreachable</source>
        <translation>到達不可</translation>
    </message>
    <message>
        <source>sessions</source>
        <translation>セッション</translation>
    </message>
    <message>
        <source>of the slots used</source>
        <translation>使用枠の割合</translation>
    </message>
    <message>
        <source>new sessions per second</source>
        <translation>毎秒の新規セッション</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒否</translation>
    </message>
    <message>
        <source>errors per minute</source>
        <translation>毎分のエラー</translation>
    </message>
    <message>
        <source>blind: the balancer did not answer</source>
        <translation>見えない: バランサーが応答せず</translation>
    </message>
    <message>
        <source>blind: most servers did not answer</source>
        <translation>見えない: 大半のサーバーが応答せず</translation>
    </message>
    <message>
        <source>note by {who} on {about}: {text}</source>
        <translation>{who} のメモ（{about}）: {text}</translation>
    </message>
    <message>
        <source>note by {who}: {text}</source>
        <translation>{who} のメモ: {text}</translation>
    </message>
    <message>
        <source>The recording {path} cannot be written: {what}. Memory goes on; make room or mend the path.</source>
        <translation>記録 {path} に書けません: {what}。メモリーでは続きます。空きを作るか、保存先を直してください。</translation>
    </message>
    <message>
        <source>Another console records into {path} already; this one does not record.</source>
        <translation>別のコンソールがすでに {path} に記録しています。この画面は記録しません。</translation>
    </message>
    <message>
        <source>The recording could not be used and was set aside as {name}; a new one has begun: {what}</source>
        <translation>記録が使えないため {name} に退避し、新しい記録を始めました: {what}</translation>
    </message>
    <message>
        <source>The recording {path} cannot be used ({what}), nor moved aside: {failed}. Memory goes on.</source>
        <translation>記録 {path} は使えず（{what}）、退避もできません: {failed}。メモリーでは続きます。</translation>
    </message>
    <message>
        <source>The alarm state {path} could not be {what}: {why}. Alarms work on, and their acknowledgements are lost when the console ends; make room or mend the path.</source>
        <translation>警報の状態ファイル {path} を読み書きできません（{what}: {why}）。警報は働き続けますが、確認の記録はコンソールの終了とともに失われます。空き容量またはパスを直してください。</translation>
    </message>
    <message>
        <source>The alarm state {path} {why}: it is kept as {name}, and acknowledgements, shelves and notes begin anew.</source>
        <translation>警報の状態ファイル {path} を使えません（{why}）。{name} として残し、確認・保留・メモは新しく始まります。</translation>
    </message>
    <message>
        <source>The rules&apos; {part} in the alarm state {path} cannot be read: they begin anew.</source>
        <translation>警報の状態ファイル {path} にあるルールの {part} を読めません。新しく始まります。</translation>
    </message>
    <message>
        <source>Running delays of {names} were kept under other thresholds: they begin anew.</source>
        <translation>{names} の途中の遅延は別のしきい値のもとで保存されたものなので、新しく始まります。</translation>
    </message>
    <message>
        <source>Running delays of {names} cannot be read: they begin anew.</source>
        <translation>{names} の途中の遅延を読めません。新しく始まります。</translation>
    </message>
    <message>
        <source>The recorder failed: {what}. Memory goes on.</source>
        <translation>記録に失敗しました: {what}。メモリーでは続きます。</translation>
    </message>
    <message>
        <source>The recording {path} is damaged: {what}.</source>
        <translation>記録 {path} は壊れています: {what}。</translation>
    </message>
    <message>
        <source>a block of the recording is damaged: {what}.</source>
        <translation>記録の一部が壊れています: {what}。</translation>
    </message>
    <message>
        <source>There is no recording {path}. `run` and `watch --record` make one.</source>
        <translation>記録 {path} はありません。`run` と `watch --record` が作ります。</translation>
    </message>
    <message>
        <source>The window is longer than a replay holds; choose a shorter one.</source>
        <translation>範囲が再生できる長さを超えています。短い範囲を選んでください。</translation>
    </message>
    <message>
        <source>The window is longer than memory holds; choose a shorter one.</source>
        <translation>範囲がメモリーに収まりません。短い範囲を選んでください。</translation>
    </message>
    <message>
        <source>{path} is neither a snapshot nor a recording of this console.</source>
        <translation>{path} はこのコンソールのスナップショットでも記録でもありません。</translation>
    </message>
    <message>
        <source>{path} carries no recording: it was written without a flight recorder.</source>
        <translation>{path} に記録は入っていません。フライトレコーダーなしで書かれたものです。</translation>
    </message>
    <message>
        <source>The recording {path} is empty.</source>
        <translation>記録 {path} は空です。</translation>
    </message>
    <message>
        <source>The recording {path} holds nothing of that time.</source>
        <translation>記録 {path} にその時間の内容はありません。</translation>
    </message>
    <message>
        <source>The recording holds nothing of that time.</source>
        <translation>記録にその時間の内容はありません。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {what}.</source>
        <translation>{path} を読めません: {what}。</translation>
    </message>
    <message>
        <source>The snapshot was called off; nothing of it was written.</source>
        <translation>スナップショットを中止しました。何も書かれていません。</translation>
    </message>
    <message>
        <source>The snapshot would be larger than any console opens; choose a shorter window.</source>
        <translation>スナップショットがどのコンソールでも開けない大きさになります。短い範囲を選んでください。</translation>
    </message>
    <message>
        <source>{name} is not as it was written: its sha256 is another.</source>
        <translation>{name} は書かれたときのままではありません: sha256 が異なります。</translation>
    </message>
    <message>
        <source>{path} is no snapshot that can be opened: {what}.</source>
        <translation>{path} は開けるスナップショットではありません: {what}。</translation>
    </message>
    <message>
        <source>being worked out ...</source>
        <translation>計算中…</translation>
    </message>
    <message>
        <source>as it is</source>
        <translation>現状のまま</translation>
    </message>
    <message>
        <source>detached alone: refused {before} -&gt; {after}, peak {peak}</source>
        <translation>単独で切り離すと拒否 {before} → {after}、ピーク {peak}</translation>
    </message>
    <message>
        <source>herd on {n_eff} of {servers} servers</source>
        <translation>集中: {servers} 台中 {n_eff} 台</translation>
    </message>
    <message>
        <source>one report interval can fill a server</source>
        <translation>報告間隔 1 回で満杯になりうる</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>ピーク</translation>
    </message>
    <message>
        <source>refused {before} -&gt; {after}</source>
        <translation>拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>memory runs out first: peak {peak}; slots {slots} ± {margin}</source>
        <translation>先に尽きるのはメモリー：ピーク {peak}、枠は {slots} ± {margin}</translation>
    </message>
    <message>
        <source>slots run out first: peak {peak} ± {margin} on {server}; memory {memory}</source>
        <translation>先に尽きるのは枠：{server} でピーク {peak} ± {margin}、メモリーは {memory}</translation>
    </message>
    <message>
        <source>not told</source>
        <translation>通知なし</translation>
    </message>
    <message>
        <source>no forecast has been held against what came yet</source>
        <translation>実績と照合した予測はまだない</translation>
    </message>
    <message>
        <source>last forecast: off by {error}</source>
        <translation>直近の予測の誤差は {error}</translation>
    </message>
    <message>
        <source>last {count} forecasts: off by {error} on average</source>
        <translation>直近 {count} 回の予測の誤差は平均 {error}</translation>
    </message>
    <message>
        <source>{off}; margins are at least {margin} for it</source>
        <translation>{off}。このため幅は {margin} 以上</translation>
    </message>
    <message>
        <source>{server} full in {seconds}</source>
        <translation>{server}: {seconds} 後に満杯</translation>
    </message>
    <message>
        <source>full in {seconds}: one of {servers}</source>
        <translation>{seconds} 後に満杯: {servers} のどれか</translation>
    </message>
    <message>
        <source>{pool}: {n_eff} of {servers} effective, H {number}</source>
        <translation>{pool}：実効 {n_eff} / {servers} 台、H {number}</translation>
    </message>
    <message>
        <source>H, the herd number: sessions that come in one report interval over the free slots of one server; from 1 on a single interval can fill one. {rate} new sessions per second.</source>
        <translation>H（集中数）：報告間隔 1 回の間に来るセッション数を 1 台の空き枠で割った値。1 以上なら 1 回の間隔で 1 台が満杯になりうる。新規は毎秒 {rate} 件。</translation>
    </message>
    <message>
        <source>{servers} alone ends it: refused {before} -&gt; {after}</source>
        <translation>{servers} だけで収まる：拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>these {count}: refused {before} -&gt; {after}</source>
        <translation>この {count} 台：拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>{count} end it, {servers}: refused {before} -&gt; {after}</source>
        <translation>{count} 台で収まる：{servers}：拒否 {before} → {after}</translation>
    </message>
    <message>
        <source>nobody is expected to fill up; by chance it could be {servers}</source>
        <translation>満杯になるサーバーはない見込み。偶然なりうるのは {servers}</translation>
    </message>
    <message>
        <source>reports not sent</source>
        <translation>報告が送られていない</translation>
    </message>
    <message>
        <source>reports sent but not received</source>
        <translation>報告は送られたが届いていない</translation>
    </message>
    <message>
        <source>reports received but stuck</source>
        <translation>報告は届いたが滞っている</translation>
    </message>
    <message>
        <source>reports received but ignored</source>
        <translation>報告は届いたが無視されている</translation>
    </message>
    <message>
        <source>cannot tell where the reports are lost</source>
        <translation>報告がどこで失われたか判定できない</translation>
    </message>
    <message>
        <source>the number of the last report that the server sent</source>
        <translation>サーバーが最後に送った報告の番号</translation>
    </message>
    <message>
        <source>when the server sent its last report</source>
        <translation>サーバーが最後に報告を送った時刻</translation>
    </message>
    <message>
        <source>the number of the last report that the balancer received</source>
        <translation>ロードバランサーが最後に受けた報告の番号</translation>
    </message>
    <message>
        <source>when the balancer received its last report</source>
        <translation>ロードバランサーが最後に報告を受けた時刻</translation>
    </message>
    <message>
        <source>{sentence}; {verdict}</source>
        <translation>{sentence}。{verdict}</translation>
    </message>
    <message>
        <source>{verdict}: {evidence}</source>
        <translation>{verdict}：{evidence}</translation>
    </message>
    <message>
        <source>the server itself has sent none for {age}, its last is {seq}</source>
        <translation>サーバー自身が {age} 送っていない。最後は {seq} 番</translation>
    </message>
    <message>
        <source>report {sent} left {age} ago, the newest that arrived is {received}, {old} old</source>
        <translation>{sent} 番を {age} 前に送信、届いた最新は {received} 番（{old} 前）</translation>
    </message>
    <message>
        <source>report {received} arrived {age} ago, {used} is still in use, {old} old</source>
        <translation>{received} 番が {age} 前に届いたが、{used} 番（{old} 前）を使い続けている</translation>
    </message>
    <message>
        <source>report {received} arrived {age} ago; the balancer picks by {belief}, it said {said}</source>
        <translation>{received} 番が {age} 前に届いた。報告は {said} だが、ロードバランサーは {belief} で選んでいる</translation>
    </message>
    <message>
        <source>the newest report that arrived is the newest that was sent</source>
        <translation>届いた最新の報告は、送られた最新の報告と同じ</translation>
    </message>
    <message>
        <source>nobody tells {what}</source>
        <translation>{what}が通知されない</translation>
    </message>
    <message>
        <source>sent: {sent}, {sent_age} ago; received: {received}, {received_age} ago; in use: {used}, {used_age} ago</source>
        <translation>送信：{sent} 番（{sent_age} 前）、受信：{received} 番（{received_age} 前）、使用中：{used} 番（{used_age} 前）</translation>
    </message>
    <message>
        <source>routed / poll</source>
        <translation>振分 / 回</translation>
    </message>
    <message>
        <source>report age, s</source>
        <translation>報告の経過 秒</translation>
    </message>
    <message>
        <source>memory, %</source>
        <translation>メモリー %</translation>
    </message>
    <message>
        <source>For whoever takes over: copy it into the chat, or save it as text.</source>
        <translation>引き継ぐ人のために。チャットへコピーするか、テキストで保存してください。</translation>
    </message>
    <message>
        <source>Other algorithms, on the sessions that came</source>
        <translation>別のアルゴリズムの場合（実際に来たセッションで）</translation>
    </message>
    <message>
        <source>Nothing to show yet: how long a session lasts has to be known first, or measured.</source>
        <translation>まだ表示できません。先にセッションの長さが通知されるか、測定される必要があります。</translation>
    </message>
    <message>
        <source>Since {time}: {asked} sessions were asked for, {refused} of them refused ({share}).</source>
        <translation>{time} 以降：要求 {asked} 件、うち拒否 {refused} 件（{share}）。</translation>
    </message>
    <message>
        <source>algorithm</source>
        <translation>アルゴリズム</translation>
    </message>
    <message>
        <source>would have gone elsewhere</source>
        <translation>別のサーバーへ行ったはずの数</translation>
    </message>
    <message>
        <source>would have been refused</source>
        <translation>拒否されたはずの数</translation>
    </message>
    <message>
        <source>{algorithm} (the balancer&apos;s own, same method)</source>
        <translation>{algorithm}（ロードバランサー自身、同じ方法）</translation>
    </message>
    <message>
        <source>HOW FAR THIS CAN BE TRUSTED</source>
        <translation>どこまで信頼できるか</translation>
    </message>
    <message>
        <source>What the balancer&apos;s own algorithm moves here is chance: {moved} sessions. Only what goes beyond is merit.</source>
        <translation>自身のアルゴリズムで移った {moved} 件は偶然です。それを超えた分だけが効果です。</translation>
    </message>
    <message>
        <source>By this method it would have refused {here}, in truth it refused {really}: the method is off by so much.</source>
        <translation>この方法では拒否 {here} 件、実際は {really} 件。方法の誤差はこの差です。</translation>
    </message>
    <message>
        <source>Every session is taken to last {seconds}; servers, limits and silences are the real ones.</source>
        <translation>セッションの長さはすべて {seconds} と仮定。サーバー、上限、無報告は実際のものです。</translation>
    </message>
    <message>
        <source>Clients that would have tried again, or not, are not known: as many sessions come as really came.</source>
        <translation>再試行の有無は分からないため、実際と同じ件数が来たものとします。</translation>
    </message>
    <message>
        <source>The balancer does not tell how it picks: least-reported stands in for its own algorithm.</source>
        <translation>ロードバランサーの選び方が通知されないため、least-reported で代用しています。</translation>
    </message>
    <message>
        <source>{name} now</source>
        <translation>{name} 現在</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差</translation>
    </message>
    <message>
        <source>mean left</source>
        <translation>平均 左</translation>
    </message>
    <message>
        <source>mean right</source>
        <translation>平均 右</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状態</translation>
    </message>
    <message>
        <source>{first} beside {second}</source>
        <translation>{first} と {second} の比較</translation>
    </message>
    <message>
        <source>The last {span}, both on one scale; difference: right minus left. Choose the other one above.</source>
        <translation>直近 {span}、両側とも同じ目盛り。差は右引く左。相手は上で選べます。</translation>
    </message>
    <message>
        <source>{server}, {age} ago</source>
        <translation>{server}（{age} 前）</translation>
    </message>
    <message>
        <source>Copied: the situation.</source>
        <translation>全体の状況をコピーしました。</translation>
    </message>
    <message>
        <source>No server is chosen: choose a row, then copy its facts.</source>
        <translation>サーバーが選択されていません。行を選んでからコピーしてください。</translation>
    </message>
    <message>
        <source>Copied: {server}.</source>
        <translation>{server} の事実をコピーしました。</translation>
    </message>
    <message>
        <source>Choose a server first: it is compared with another.</source>
        <translation>先にサーバーを選んでください。別のサーバーと比較します。</translation>
    </message>
    <message>
        <source>The balancer does not answer: nothing can be detached through it.</source>
        <translation>バランサーが応答しません: バランサー経由では何も切り離せません。</translation>
    </message>
    <message>
        <source>This balancer takes no detach at all.</source>
        <translation>このバランサーは切り離しを受け付けません。</translation>
    </message>
    <message>
        <source>The balancer says that {server} is detached, and goes on feeding it.</source>
        <translation>バランサーは {server} を切り離し済みと言いながら、セッションを送り続けています。</translation>
    </message>
    <message>
        <source>The balancer was asked to detach {server}, and did not do it.</source>
        <translation>バランサーに {server} の切り離しを求めましたが、行われませんでした。</translation>
    </message>
    <message>
        <source>By hand: Enter, or a click, on the server&apos;s card or row opens its detail with this site&apos;s command.</source>
        <translation>手作業の場合: サーバーのカードか行で Enter またはクリックすると、詳細にこのサイトのコマンドが出ます。</translation>
    </message>
    <message>
        <source>No command of this site is set for that: name one as manual_command under [safety].</source>
        <translation>そのためのサイトのコマンドが設定されていません: [safety] の manual_command に書いてください。</translation>
    </message>
    <message>
        <source>The site&apos;s command is not filled in: this name could be misread by a shell.</source>
        <translation>サイトのコマンドは埋めませんでした: この名前はシェルに誤解されるおそれがあります。</translation>
    </message>
    <message>
        <source>Run it yourself where it belongs; the console does not. Then say what came.</source>
        <translation>しかるべき場所でご自身で実行してください。このコンソールは実行しません。その後、結果を記録してください。</translation>
    </message>
    <message>
        <source>{who} said at {time}: done. The maps show whether it helped.</source>
        <translation>{who} が {time} に記録: 実行した。効いたかどうかはマップに現れます。</translation>
    </message>
    <message>
        <source>{who} said at {time}: it did not work.</source>
        <translation>{who} が {time} に記録: 効かなかった。</translation>
    </message>
    <message>
        <source>attach {server} in stages</source>
        <translation>{server} を段階的に復帰</translation>
    </message>
    <message>
        <source>step {number} of {count}: {server} is held for {wait} s, to be attached just before its next report.</source>
        <translation>手順 {number}/{count}: {server} は次の報告の直前に復帰させるため、あと {wait} 秒待ちます。</translation>
    </message>
    <message>
        <source>step {number} of {count}: {server} is attached; its load has to settle.</source>
        <translation>手順 {number}/{count}: {server} を接続しました。負荷が落ち着くのを待っています。</translation>
    </message>
    <message>
        <source>{server} has filled to {share} of its slots (limit {limit}): detach it again, and wait until less arrives</source>
        <translation>{server} の枠が {share} まで埋まりました（上限 {limit}）: 再び切り離し、到来が減るまで待ってください</translation>
    </message>
    <message>
        <source>{server} has not settled after {limit} s</source>
        <translation>{server} の負荷が {limit} 秒たっても落ち着きません</translation>
    </message>
    <message>
        <source>In stages: attach {server}</source>
        <translation>段階的に接続: {server}</translation>
    </message>
    <message>
        <source>{number} times its free slots would come to {server} before its first report (limit {limit}), which would fill it within {stage} s: attach it in stages, or wait until less arrives.</source>
        <translation>{server} の最初の報告までに、空き枠の {number} 倍が到来し（上限 {limit}）、{stage} 秒で埋まります。段階的に復帰させるか、到来が減るまで待ってください。</translation>
    </message>
    <message>
        <source>The balancer&apos;s answer is older than the one before; it was not used.</source>
        <translation>ロードバランサーの応答は直前のものより古いため、使用していません。</translation>
    </message>
    <message>
        <source>The balancer&apos;s answer is the one before once more; it was not used.</source>
        <translation>ロードバランサーの応答は直前と同じものの繰り返しのため、使用していません。</translation>
    </message>
</context>
<context>
    <name>shapes</name>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>notice</source>
        <translation>注意</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>警報</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>不明</translation>
    </message>
</context>
</TS>
