// What two pollers receive of the same two hours: one follows the feed, the other asks the public list for "since my last end".
import { startAzurite } from '../../local/azurite.ts'
import { simulateFeed } from '../../test/support/log/feed-simulation.ts'
import { accountAt } from '../../test/support/storage/account.ts'

const azurite = await startAzurite()
try {
  console.log('| run | stored | feed: missed | feed: twice | list: missed | list: twice |\n|---|---|---|---|---|---|')
  for (const seed of [1, 2, 3]) {
    const { stored, fed, listed } = await simulateFeed(accountAt(azurite.connectionString), seed)
    const missed = (received: readonly string[]) => stored.length - new Set(received).size
    const twice = (received: readonly string[]) => received.length - new Set(received).size
    console.log(
      `| ${seed} | ${stored.length} | ${missed(fed)} | ${twice(fed)} | ${missed(listed)} | ${twice(listed)} |`,
    )
  }
} finally {
  await azurite.stop()
}
