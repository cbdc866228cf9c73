// Real processes of the app on one storage account, which fail, are killed, stand still and are wrong about the time, while clients report events and followers read them. What must be so in the end is checked.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { type Random, randomFrom } from '../../../local/demo/random.ts'
import { tableDirectory } from '../../../src/adapters/azure/directory/directory.ts'
import { openStorage } from '../../../src/adapters/azure/storage.ts'
import { startIssuer } from '../servers/issuer.ts'
import { type Fate, startStorageProxy } from '../storage/storage-proxy.ts'
import { asking } from './ask.ts'
import { type Check, checkSoak } from './checks.ts'
import { drained, type Followed } from './drain.ts'
import { type Instance, newInstance } from './instance.ts'
import { clockApartMsMax, type SoakPlan } from './plan.ts'
import { newSoakWorld, type Organization, type Person } from './world.ts'

type SoakCounts = Record<
  | 'events'
  | 'requestsFailed'
  | 'responsesLost'
  | 'kills'
  | 'freezes'
  | 'clocksSet'
  | 'uploadsRepeated'
  | 'followersRestarted',
  number
>
export type SoakResult = {
  readonly counts: Readonly<SoakCounts>
  readonly checks: readonly Check[]
  readonly log: readonly string[]
}

/** Later than anything that an instance may have put off by a clock that was ahead. */
const drainClockMs = 3 * clockApartMsMax
const logLinesMax = 200

/** Runs a soak against a storage account; calls `show` with what is being done, and how much of it is done. */
export async function soak(
  connectionString: string,
  plan: SoakPlan,
  show: (doing: string, done: number, total: number) => void,
): Promise<SoakResult> {
  const counts: SoakCounts = {
    events: 0,
    requestsFailed: 0,
    responsesLost: 0,
    kills: 0,
    freezes: 0,
    clocksSet: 0,
    uploadsRepeated: 0,
    followersRestarted: 0,
  }
  const log: string[] = []
  const chances = randomFrom(plan.seed, 1)
  let phase: 'rough' | 'draining' | 'over' = 'rough'
  const fateOf = (): Fate => {
    const chance = phase === 'rough' ? chances.next() : 1
    if (chance >= 2 * plan.faultShare) return 'passed'
    counts[chance < plan.faultShare ? 'requestsFailed' : 'responsesLost'] += 1
    return chance >= plan.faultShare ? 'lost' : chance < plan.faultShare / 2 ? 'failed' : 'busy'
  }

  const direct = openStorage({ kind: 'connection-string', connectionString })
  const issuer = await startIssuer()
  const proxy = await startStorageProxy(connectionString, fateOf)
  const stateDir = await mkdtemp(join(tmpdir(), 'keytrail-soak-'))
  const settings = {
    AzureWebJobsStorage: proxy.connectionString,
    EventsStorage: proxy.connectionString,
    AUTH_ISSUER: issuer.url,
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    ALERT_SCHEDULE: '*/5 * * * * *',
    RATE_LIMIT_COLLECT: '0',
    RATE_LIMIT_READ: '0',
    RATE_LIMIT_REFUSED: '0',
  }
  const instances = Array.from({ length: plan.instances }, (_, index) =>
    newInstance({
      settings,
      stateDir,
      hiddenMs: plan.hiddenMs,
      log: (line) => {
        log.push(`${index}: ${line}`)
        if (log.length > logLinesMax) log.shift()
      },
    }),
  )
  const organizations = await newSoakWorld(plan, tableDirectory(direct), issuer, Date.now())
  const total = plan.organizations * plan.peoplePerOrganization * plan.eventsPerPerson
  const ask = asking(instances)

  try {
    await Promise.all(instances.map((instance, index) => instance.start(clockOf(randomFrom(plan.seed, 2, index)))))
    const followed = organizations.flatMap((organization, place) =>
      Array.from({ length: plan.followersPerOrganization }, (_, index) =>
        follow(organization, randomFrom(plan.seed, 3, place, index)),
      ),
    )
    let reporting = true
    const clients = organizations.flatMap(({ people }, place) =>
      people.map((person, index) => report(person, randomFrom(plan.seed, 4, place, index))),
    )
    const disruptions = instances.map((instance, index) =>
      disrupt(instance, randomFrom(plan.seed, 5, index), () => reporting),
    )
    await Promise.all(clients)
    reporting = false
    await Promise.all(disruptions)

    phase = 'draining'
    for (const instance of instances) {
      await instance.kill()
      await instance.start(drainClockMs)
    }
    await drained(direct, organizations, followed, show)
    const checks = await checkSoak({ direct, organizations, followed, ask })
    phase = 'over'
    await Promise.all(followed.map(({ ended }) => ended))
    return { counts, checks, log }
  } finally {
    phase = 'over'
    await Promise.all(instances.map((instance) => instance.kill()))
    await Promise.all([proxy.stop(), issuer.stop(), rm(stateDir, { recursive: true })])
  }

  /** A client: each batch again and again until it is taken. */
  async function report({ token, batches }: Person, random: Random): Promise<void> {
    for (const batch of batches) {
      await pause(random.between(0, (2 * plan.lastsMs) / batches.length))
      for (;;) {
        const response = await ask(random, 'POST /collect', token, batch)
        if (response) {
          if (v.parse(Taken, response).accepted !== batch.length)
            throw new Error(`an upload was not taken whole: ${JSON.stringify(response)}`)
          break
        }
        counts.uploadsRepeated += 1
        await pause(random.between(100, 1_000))
      }
      counts.events += batch.length
      show('reported', counts.events, total)
    }
  }

  /** A follower of a feed that is killed now and then after it got a page and before it saved that with the cursor. */
  function follow({ id, key }: Organization, random: Random): Followed {
    const received: string[] = []
    const reading = async () => {
      for (let cursor = 'begin'; phase !== 'over'; ) {
        const query = `expand=none&limit=${random.between(1, 200)}&cursor=${encodeURIComponent(cursor)}`
        const response = await ask(random, `GET /public/events/feed?${query}`, key)
        const page = response === undefined ? undefined : v.parse(FeedPage, response)
        const restarts = page && random.chance(0.1)
        if (restarts) counts.followersRestarted += 1
        else if (page) {
          received.push(...page.data.map((event) => event.id))
          cursor = page.cursor
        }
        if (!page?.more) await pause(random.between(100, 1_500))
      }
    }
    return { organizationId: id, received, ended: reading() }
  }

  /** Kills, freezes and misleads an instance, in turn at first. */
  async function disrupt(instance: Instance, random: Random, goesOn: () => boolean): Promise<void> {
    const kinds = ['freeze', 'kill', 'clock'] as const
    for (let times = 0; times < plan.disruptionsMin || (times < plan.disruptionsMax && goesOn()); times += 1) {
      await pause(random.between(plan.restMsMax / 10, plan.restMsMax))
      const kind = kinds[times] ?? random.pick(kinds)
      if (kind === 'clock') {
        counts.clocksSet += 1
        instance.setClock(clockOf(random))
      } else if (kind === 'freeze') {
        counts.freezes += 1
        instance.freeze()
        await pause(plan.freezeMsMin * (plan.freezeMsMax / plan.freezeMsMin) ** random.next())
        instance.thaw()
      } else {
        counts.kills += 1
        await instance.kill()
        await pause(random.between(0, 2_000))
        await instance.start(clockOf(random))
      }
    }
  }
}

const Taken = v.object({ accepted: v.number() })
const FeedPage = v.object({ data: v.array(v.object({ id: v.string() })), cursor: v.string(), more: v.boolean() })

const clockOf = (random: Random): number => random.between(-clockApartMsMax, clockApartMsMax)
