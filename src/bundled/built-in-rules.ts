// The texts of the built-in alert rules. The bundler writes those of rules/ in; sources that run as they are have none.
declare const __KEYTRAIL_RULES__: readonly string[]

/** One text a rule, in the order of their files' names; none outside a bundle. */
export const builtInRuleTexts: readonly string[] = typeof __KEYTRAIL_RULES__ === 'undefined' ? [] : __KEYTRAIL_RULES__
