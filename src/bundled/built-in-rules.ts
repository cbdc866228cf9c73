// The documents of the built-in alert rules. The bundler inserts those of rules/; unbundled sources have none.
declare const __KEYTRAIL_RULES__: readonly string[]

/** One document a rule, in the order of their files' names; none outside a bundle. */
export const builtInRuleDocuments: readonly string[] =
  typeof __KEYTRAIL_RULES__ === 'undefined' ? [] : __KEYTRAIL_RULES__
