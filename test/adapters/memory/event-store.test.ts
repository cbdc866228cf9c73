import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { eventStoreConformance } from '../conformance/event-store.ts'

const store = memoryEventStore()
eventStoreConformance('memory', () => store)
