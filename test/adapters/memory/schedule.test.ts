import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { scheduleConformance } from '../conformance/schedule.ts'

const schedule = memorySchedule()
scheduleConformance('memory', () => schedule)
