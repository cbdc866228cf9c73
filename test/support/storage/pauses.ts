// Pauses between the tries of a storage request that nobody waits for.
import type { Pauses } from '../../../src/adapters/azure/retried-requests.ts'

export const noPauses: Pauses = { wait: async () => {}, random: () => 0.5 }
