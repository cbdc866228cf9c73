// The part of the Open Cybersecurity Schema Framework that exports use: version 1.6.0, its classes and their activities. Pure data.

/** The version in `metadata.version` of every exported event. Source: https://schema.ocsf.io/1.6.0 */
export const ocsfVersion = '1.6.0'

type ClassDefinition = {
  readonly class_uid: number
  readonly category_uid: number
  readonly activities: Readonly<Record<string, number>>
}

/** The classes by their names here; `activities` are those that exports use, by OCSF's names. */
export const ocsfClasses = {
  authentication: { class_uid: 3002, category_uid: 3, activities: { logon: 1, preauth: 6 } },
  accountChange: {
    class_uid: 3001,
    category_uid: 3,
    activities: { create: 1, passwordChange: 3, passwordReset: 4, delete: 6, mfaEnable: 10, mfaDisable: 11 },
  },
  userAccess: { class_uid: 3005, category_uid: 3, activities: { assign: 1, revoke: 2 } },
  groupManagement: { class_uid: 3006, category_uid: 3, activities: { assign: 1, revoke: 2, delete: 5, create: 6 } },
  entityManagement: {
    class_uid: 3004,
    category_uid: 3,
    activities: { create: 1, update: 3, delete: 4, move: 5, enroll: 6, unenroll: 7, enable: 8, disable: 9 },
  },
  webResources: {
    class_uid: 6001,
    category_uid: 6,
    activities: { create: 1, read: 2, update: 3, delete: 4, export: 7 },
  },
} as const satisfies Readonly<Record<string, ClassDefinition>>

export type OcsfClass = keyof typeof ocsfClasses
export type OcsfActivity<C extends OcsfClass> = keyof (typeof ocsfClasses)[C]['activities']

/** OCSF's `activity_id` for an activity that the class does not have; then `activity_name` names it. */
export const otherActivity = 99
/** OCSF's `status_id`. */
export const ocsfStatus = { success: 1, failure: 2 } as const
/** OCSF's `severity_id`. */
export const ocsfSeverity = { informational: 1, low: 2 } as const
