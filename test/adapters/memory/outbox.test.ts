import { memoryOutbox } from '../../../src/adapters/memory/outbox.ts'
import { outboxConformance } from '../conformance/outbox.ts'

const outbox = memoryOutbox()
outboxConformance('memory', () => outbox)
