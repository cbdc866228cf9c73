// Where readers of an organization's log look a person, a machine account, an item, a secret or an address up.
import type { Route } from '../http/route.ts'
import {
  type ReadPeoplePorts,
  readAddressUse,
  readItemUse,
  readMachineAccount,
  readMachineAccountItems,
  readPeople,
  readPerson,
  readPersonItems,
  readSecretUse,
} from './read-people.ts'

const reading = { methods: ['GET'], rate: 'read', browser: true } as const
const organization = 'organizations/{id:guid}'

/** What is known of people and things, from tallies. */
export const peopleRoutes = [
  { ...reading, name: 'readPeople', route: `${organization}/people`, handler: readPeople },
  { ...reading, name: 'readPerson', route: `${organization}/people/{personId:guid}`, handler: readPerson },
  {
    ...reading,
    name: 'readPersonItems',
    route: `${organization}/people/{personId:guid}/items`,
    handler: readPersonItems,
  },
  {
    ...reading,
    name: 'readMachineAccount',
    route: `${organization}/machine-accounts/{machineAccountId:guid}`,
    handler: readMachineAccount,
  },
  {
    ...reading,
    name: 'readMachineAccountItems',
    route: `${organization}/machine-accounts/{machineAccountId:guid}/items`,
    handler: readMachineAccountItems,
  },
  { ...reading, name: 'readItemUse', route: `${organization}/items/{itemId:guid}`, handler: readItemUse },
  { ...reading, name: 'readSecretUse', route: `${organization}/secrets/{secretId:guid}`, handler: readSecretUse },
  { ...reading, name: 'readAddressUse', route: `${organization}/addresses/{address}`, handler: readAddressUse },
] as const satisfies readonly Route<ReadPeoplePorts>[]
