import { useState } from "react";

interface Props {
  readonly shared: boolean;
  readonly onShare: (shared: boolean) => Promise<void>;
}

/** Shares the conversation with everybody who has the link, or makes it private again. */
export function ShareMenu({ shared, onShare }: Props) {
  const [told, setTold] = useState("");

  async function share(): Promise<void> {
    try {
      await onShare(!shared);
      if (shared) return setTold("This conversation is private again.");
      const copied = await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      );
      setTold(copied ? "The link is copied." : "Whoever has the link can read along.");
    } catch {
      setTold("That did not work.");
    }
  }

  return (
    <>
      <span className="hint" role="status">
        {told}
      </span>
      <button type="button" className="quiet" aria-pressed={shared} onClick={() => void share()}>
        {shared ? "Shared" : "Share"}
      </button>
    </>
  );
}
