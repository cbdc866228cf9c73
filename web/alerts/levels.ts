// The levels of alerts, by severity. Pure.
import type { AlertLevel } from '../api/types.ts'

/** By severity, the most severe first. */
export const levels = ['critical', 'high', 'medium', 'low', 'informational'] as const satisfies readonly AlertLevel[]
export type Level = AlertLevel

/** A level that the page knows, for its badge; `informational` for any other. */
export const levelOf = (text: string): Level => levels.find((level) => level === text) ?? 'informational'
