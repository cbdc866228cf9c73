import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import { alertStoreConformance } from '../conformance/alert-store.ts'

const store = memoryAlertStore()
alertStoreConformance('memory', () => store)
