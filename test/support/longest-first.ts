// The order of test files: those that take longest begin first, so that none of them is alone at the end of a run.
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = `${import.meta.dirname}/../..`

/** Longest first, measured on two cores; what waits (for starts, for the feed's horizon) beside what computes. */
const longest = [
  'e2e/faults/soak',
  'web/browser/events',
  'local/start',
  'local/start/reset',
  'web/browser/rules',
  'e2e/faults/notifications',
  'web/browser/alerts',
  'web/browser/operations',

  'local/start/killed-storage',
  'e2e/faults/alerts',
  'e2e/faults/ingest',
  'adapters/azure/outbox/outbox',
  'e2e/faults/feed-simulation',

  'adapters/azure/alerts/alert-store',
  'e2e/connectors',
  'e2e/openapi',
  'local/package',
  'adapters/azure/directory/directory-faults',

  'domain/alerts/engine/order',
  'e2e/api-keys',
  'functions/ingest/event-outage',
  'application/alerts/preview-agrees',
  'local/azurite',
  'local/start/func',
  'domain/alerts/engine/rates',
  'readme',
].map((name) => `test/${name}.test.ts`)

/** Listed files in their order, then what runs servers, then what is pure; among these as Vitest has them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const listed = longest.indexOf(relative(root, moduleId))
      return listed >= 0 ? listed : longest.length + Number(!project.config.isolate)
    }
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
