// The port that seals secrets for storage.

/** Keeps texts that nobody must read where they are stored. Everything in it is synchronous and needs nothing but its keys. */
export type SecretBox = {
  /**
   * A text that only this box opens, and only for the same `context`: name in it whose secret this is and which one, so
   * that no sealed text does in another's place. Sealed twice, the same secret gives two texts.
   */
  readonly seal: (plain: string, context: string) => string
  /** What was sealed; undefined when the text is damaged, was sealed for another context, or its key is not here any more. */
  readonly open: (sealed: string, context: string) => string | undefined
  /** Whether a text was sealed with the key that seals now; others should be opened and sealed again. */
  readonly isCurrent: (sealed: string) => boolean
}
