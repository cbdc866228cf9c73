import { memoryEventStore } from '../../src/adapters/memory-event-store.ts'
import { eventStoreConformance } from './event-store.conformance.ts'

const store = memoryEventStore()
eventStoreConformance('memory', () => store)
