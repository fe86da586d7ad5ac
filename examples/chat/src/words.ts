import type { StreamBody, StreamError } from "@twinstream/core";

/** The client's own errors, in words for readers. All others come with words: `StreamFailure`'s. */
const problems: Record<string, string> = {
  network: "The connection was lost.",
  server: "The server is busy.",
  unauthorized: "You have no access to this any more.",
  rejected: "The server does not take this.",
  not_found: "It was deleted.",
  protocol: "The server’s answer is not understood.",
  contradiction: "What is stored is another text.",
};

/** Says what went wrong. */
export const problemOf = ({ code, message }: StreamError): string => problems[code] ?? message;

/** Whether the client asks again by itself. */
export const isPassing = ({ code }: StreamError): boolean =>
  code === "network" || code === "server";

const timeouts: Record<string, string> = {
  undriven: "Nobody began this answer in time.",
  deploy: "The answer was cut off: its server was restarted.",
  limit: "The answer was cut off: it took too long.",
};

/** Says how an answer ended. Undefined if it is not over, or simply complete. */
export function endingOf({ status, error, reason = "" }: Omit<StreamBody, "text">) {
  switch (status) {
    case "done":
      return reason === "length"
        ? "The answer is longer than the model may write: it ends here."
        : undefined;
    case "stopped":
      return "Stopped.";
    case "error":
      return `The answer failed: ${error ? problemOf(error) : reason}`;
    case "timeout":
      return timeouts[reason] ?? "The answer was cut off: its server has gone away.";
    default:
      return undefined;
  }
}
