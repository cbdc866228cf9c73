import { memoryAlertStore } from '../../src/adapters/memory-alert-store.ts'
import { alertStoreConformance } from './alert-store.conformance.ts'

const store = memoryAlertStore()
alertStoreConformance('memory', () => store)
