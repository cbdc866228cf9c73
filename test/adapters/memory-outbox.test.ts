import { memoryOutbox } from '../../src/adapters/memory-outbox.ts'
import { outboxConformance } from './outbox.conformance.ts'

const outbox = memoryOutbox()
outboxConformance('memory', () => outbox)
