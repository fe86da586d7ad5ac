import type { Edit, Patches } from "../patch.ts";

const inFile =
  (file: string) =>
  (from: string, to: string): Edit => ({ file: `src/lib/tabs/${file}`, from, to });
const inBroadcaster = inFile("broadcaster.ts");
const inTabs = inFile("tabs.ts");
const inChannel = inFile("tab-channel.ts");
const inFollow = inFile("follow-driving-tab.ts");

const broadcaster: Patches = {
  "broadcaster: a piece starts a byte too late": [
    [
      inBroadcaster(
        "    starts.push(length);\n    length += bytes;",
        "    length += bytes;\n    starts.push(length - bytes + 1);",
      ),
    ],
  ],
  "broadcaster: an answer starts at the text's start, whatever was asked for": [
    [
      inBroadcaster(
        "delta: textFrom(from), offset: from }, tab)",
        "delta: textFrom(0), offset: from }, tab)",
      ),
    ],
  ],
  "broadcaster: offsets count characters": [
    [
      inBroadcaster("    length += bytes;\n  }", "    length += delta.length;\n  }"),
      inBroadcaster("      driven += bytes;\n", "      driven += delta.length;\n"),
    ],
  ],
  "broadcaster: each piece is fed twice": [
    [
      inBroadcaster(
        '    if (readers.size > 0) member.send({ type: "text", delta, offset });',
        '    if (readers.size > 0) member.send({ type: "text", delta: delta + delta, offset });',
      ),
    ],
  ],
  "broadcaster: nobody is answered": [
    [
      inBroadcaster(
        '    else if (message.type === "ask") answer(message.tab, message.from);\n',
        "",
      ),
    ],
  ],
  "broadcaster: what waits to be sent with the next token is forgotten": [
    [
      inBroadcaster(
        "    else cancelFlush ??= platform.after(wait, flush);",
        "      else sentPieces = pieces.length;",
      ),
    ],
  ],
  "broadcaster: says no `bye` when its page freezes or goes": [
    [
      inBroadcaster(
        "    target?.addEventListener?.(type, stop, { signal: pageEvents.signal });\n",
        "",
      ),
    ],
  ],
  "broadcaster: says no `bye` at all": [[inBroadcaster('    member.send({ type: "bye" });\n', "")]],
  "broadcaster: keeps its place in the channel": [[inBroadcaster("    member.leave();\n", "")]],
  "broadcaster: any status is sent as the end": [
    [
      inBroadcaster(
        "if (status === undefined || !isTerminal(status)) {",
        "if (status === undefined) {",
      ),
      inBroadcaster("status, length: total", "status: status as never, length: total"),
    ],
  ],
  "broadcaster: a clean end of the drive is sent as `done`": [
    [
      inBroadcaster(
        "      ending = true;\n",
        '      ending = true;\n      flush();\n      member.send({ type: "ended", status: "done", length });\n',
      ),
    ],
  ],
  "broadcaster: the end is sent with a length of 0": [
    [inBroadcaster("status, length: total,", "status, length: 0,")],
  ],
  "broadcaster: text that a probe has brought is fed again by the drive": [
    [
      inBroadcaster("      const offset = driven;\n", "      const offset = length;\n"),
      inBroadcaster("      driven += bytes;\n", "      driven = length + bytes;\n"),
    ],
  ],
  "broadcaster: text that came with the evidence is not passed on": [
    [inBroadcaster("      take(text, offset, total);\n", "")],
  ],
};

const wrapper: Patches = {
  "tabs: the end of the drive stops no broadcaster in time": [
    [inTabs("          platform.after(patienceMs, stop);\n", "")],
  ],
  "tabs: what the server says of the end is not sent": [
    [inTabs("          broadcasters.get(request.id)?.evidence(update);\n", "")],
  ],
  "tabs: a client that follows again broadcasts on": [
    [inTabs("        broadcasters.get(request.id)?.stop();\n", "")],
  ],
  "tabs: a drive that is aborted, and fails, stops no broadcaster": [
    [
      inTabs('          signal.addEventListener("abort", stop);\n', ""),
      inTabs("          stop();\n          sink.error(error);", "          sink.error(error);"),
    ],
  ],
  "tabs: a drive that is aborted stops no broadcaster": [
    [inTabs('          signal.addEventListener("abort", stop);\n', "")],
  ],
  "tabs: a drive that fails stops no broadcaster": [
    [inTabs("          stop();\n          sink.error(error);", "          sink.error(error);")],
  ],
  "tab channel: the scope is ignored": [
    [inChannel("new BroadcastChannel(`twinstream:", "new BroadcastChannel(`twinstream` || `")],
  ],
  "tab channel: what is for another tab is heard": [
    [
      inChannel(
        "if (id === data.id && (data.to ?? tab) === tab) onMessage(data);",
        "if (id === data.id) onMessage(data);",
      ),
    ],
  ],
  "tab channel: stays open": [
    [inChannel("          channel?.close();\n          channel = undefined;\n", "")],
  ],
};

const follow: Patches = {
  "follow driving tab: no takeover on silence": [
    [inFollow("      if (asking) return followServer();\n", "")],
  ],
  "follow driving tab: silence is taken for the end of the driver at once": [
    [
      inFollow(
        "      if (asking) return followServer();\n      ask();\n      watchDriver();",
        "      followServer();",
      ),
    ],
  ],
  "follow driving tab: waits for a driver for ever": [
    [inFollow("  cancelTimer = platform.after(GRACE_MS, followServer);\n", "")],
  ],
  "follow driving tab: `bye` is not heard": [
    [inFollow("      if (message.tab === driver) followServer();\n", "")],
  ],
  "follow driving tab: `bye` is heard of any tab": [
    [inFollow("      if (message.tab === driver) followServer();\n", "      followServer();\n")],
  ],
  "follow driving tab: a new driver is not asked": [
    [
      inFollow(
        '    if (message.type === "drive") {\n      ask();\n    } else',
        "    if (false) {\n    } else",
      ),
    ],
  ],
  "follow driving tab: a tab that is fed keeps its connection": [
    [
      inFollow(
        "    server?.abort();\n    server = undefined;\n    watchDriver();",
        "    watchDriver();",
      ),
    ],
  ],
  "follow driving tab: a tab that is fed forgets its connection, which stays open": [
    [
      inFollow(
        "    server?.abort();\n    server = undefined;\n    watchDriver();",
        "    server = undefined;\n    watchDriver();",
      ),
    ],
  ],
  "follow driving tab: goes to the server from where it began": [
    [
      inFollow(
        "  const { platform, signal } = request;\n",
        "  const { platform, signal, offset: began } = request;\n",
      ),
      inFollow(
        "{ ...request, signal: own.signal },",
        "{ ...request, offset: began, signal: own.signal },",
      ),
    ],
  ],
  "follow driving tab: the failure of a connection that it let go of is taken for its own": [
    [
      inFollow(
        "          if (!isCurrent()) return;\n          finish();\n          sink.error(error);",
        "          finish();\n          sink.error(error);",
      ),
    ],
  ],
  "follow driving tab: what comes once its reader has left is reported all the same": [
    [
      inFollow(
        "const isCurrent = () => server === own && !finished;",
        "const isCurrent = () => server === own;",
      ),
    ],
  ],
  "follow driving tab: the end is believed without its text": [
    [inFollow("    if (length <= offset) {", "    if (length >= 0) {")],
  ],
  "follow driving tab: the end is believed of any tab": [
    [inFollow('message.type === "ended" && message.tab === driver', 'message.type === "ended"')],
  ],
  "follow driving tab: text that starts beyond what is there is taken": [
    [inFollow("    if (offset > request.offset) {", "    if (offset > request.offset + 1e9) {")],
  ],
  "follow driving tab: text from a tab says `done`": [
    [
      inFollow(
        'report({ delta, offset, status: "streaming" });',
        'report({ delta, offset, status: "done" });',
      ),
    ],
  ],
  "follow driving tab: keeps its place when its reader leaves": [
    [inFollow("    member.leave();\n    server?.abort();", "    server?.abort();")],
  ],
  "follow driving tab: keeps its timer when its reader leaves": [
    [inFollow("    finished = true;\n    cancelTimer?.();", "    finished = true;")],
  ],
  "follow driving tab: keeps its connection when its reader leaves": [
    [inFollow("    member.leave();\n    server?.abort();\n", "    member.leave();\n")],
  ],
};

/** Mutations of the sharing between tabs. */
export const tabs: Patches = { ...broadcaster, ...wrapper, ...follow };
