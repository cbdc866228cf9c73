// The catalogue of event types: code, name, category, who may report it, and its sentence. Pure data.

/** The kinds of things that events are about. */
export type EventCategory =
  | 'user'
  | 'item'
  | 'collection'
  | 'group'
  | 'member'
  | 'organization'
  | 'policy'
  | 'provider-user'
  | 'provider-organization'
  | 'domain'
  | 'secret'
  | 'project'
  | 'service-account'
  | 'phishing-blocker'
  | 'send'
  | 'keytrail'

/**
 * The check that a client's event of this type must pass at `/collect`; null: only a trusted server reports it.
 * user: the event is about the caller. item: the caller reaches the item. member: the caller belongs to the organization.
 * organization: the same, for an event about the organization. member+phishing-blocker: the organization also uses the
 * phishing blocker.
 */
type CollectCheck = 'user' | 'item' | 'member' | 'organization' | 'member+phishing-blocker' | null

/** A type of event. `template` has placeholders in braces, which `describe` fills. */
export type EventType = {
  readonly code: number
  readonly name: string
  readonly category: EventCategory
  readonly collect: CollectCheck
  readonly template: string
}

type Row = readonly [code: number, name: string, category: EventCategory, collect: CollectCheck, template: string]

// Codes and names are those of the reference server, so that every client and connector knows them.
const rows: readonly Row[] = [
  [1000, 'User_LoggedIn', 'user', null, 'Logged in.'],
  [1001, 'User_ChangedPassword', 'user', null, 'Changed account password.'],
  [1002, 'User_Updated2fa', 'user', null, 'Enabled or updated two-step login.'],
  [1003, 'User_Disabled2fa', 'user', null, 'Disabled two-step login.'],
  [1004, 'User_Recovered2fa', 'user', null, 'Recovered account from two-step login.'],
  [1005, 'User_FailedLogIn', 'user', null, 'Login attempt failed with incorrect password.'],
  [1006, 'User_FailedLogIn2fa', 'user', null, 'Login attempt failed with incorrect two-step login.'],
  [1007, 'User_ClientExportedVault', 'user', 'user', 'Exported individual vault items.'],
  [1008, 'User_UpdatedTempPassword', 'user', null, 'Updated a password issued through account recovery.'],
  [1009, 'User_MigratedKeyToKeyConnector', 'user', null, 'Migrated decryption key to Key Connector.'],
  [1010, 'User_RequestedDeviceApproval', 'user', null, 'Requested device approval.'],
  [1011, 'User_TdeOffboardingPasswordSet', 'user', null, 'Set a master password on leaving trusted-device encryption.'],
  [1100, 'Cipher_Created', 'item', null, 'Created item {item}.'],
  [1101, 'Cipher_Updated', 'item', null, 'Edited item {item}.'],
  [1102, 'Cipher_Deleted', 'item', null, 'Permanently deleted item {item}.'],
  [1103, 'Cipher_AttachmentCreated', 'item', null, 'Created attachment for item {item}.'],
  [1104, 'Cipher_AttachmentDeleted', 'item', null, 'Deleted attachment for item {item}.'],
  [1105, 'Cipher_Shared', 'item', null, 'Moved item {item} to an organization.'],
  [1106, 'Cipher_UpdatedCollections', 'item', null, 'Edited collections for item {item}.'],
  [1107, 'Cipher_ClientViewed', 'item', 'item', 'Viewed item {item}.'],
  [1108, 'Cipher_ClientToggledPasswordVisible', 'item', 'item', 'Viewed password for item {item}.'],
  [1109, 'Cipher_ClientToggledHiddenFieldVisible', 'item', 'item', 'Viewed hidden field for item {item}.'],
  [1110, 'Cipher_ClientToggledCardCodeVisible', 'item', 'item', 'Viewed security code for item {item}.'],
  [1111, 'Cipher_ClientCopiedPassword', 'item', 'item', 'Copied password for item {item}.'],
  [1112, 'Cipher_ClientCopiedHiddenField', 'item', 'item', 'Copied hidden field for item {item}.'],
  [1113, 'Cipher_ClientCopiedCardCode', 'item', 'item', 'Copied security code for item {item}.'],
  [1114, 'Cipher_ClientAutofilled', 'item', 'item', 'Autofilled item {item}.'],
  [1115, 'Cipher_SoftDeleted', 'item', null, 'Sent item {item} to trash.'],
  [1116, 'Cipher_Restored', 'item', null, 'Restored item {item}.'],
  [1117, 'Cipher_ClientToggledCardNumberVisible', 'item', 'item', 'Viewed card number for item {item}.'],
  [1118, 'Cipher_ClientToggledTOTPSeedVisible', 'item', 'item', 'Viewed TOTP seed for item {item}.'],
  [1119, 'Cipher_ClientCopiedBankAccountNumber', 'item', 'item', 'Copied bank account number for item {item}.'],
  [1120, 'Cipher_ClientCopiedBankAccountPin', 'item', 'item', 'Copied bank account PIN for item {item}.'],
  [1121, 'Cipher_ClientToggledBankAccountNumberVisible', 'item', 'item', 'Viewed bank account number for item {item}.'],
  [1122, 'Cipher_ClientToggledBankAccountPinVisible', 'item', 'item', 'Viewed bank account PIN for item {item}.'],
  [1123, 'Cipher_ClientCopiedLicenseNumber', 'item', 'item', 'Copied license number for item {item}.'],
  [1124, 'Cipher_ClientToggledLicenseNumberVisible', 'item', 'item', 'Viewed license number for item {item}.'],
  [1125, 'Cipher_ClientCopiedPassportNumber', 'item', 'item', 'Copied passport number for item {item}.'],
  [1126, 'Cipher_ClientToggledPassportNumberVisible', 'item', 'item', 'Viewed passport number for item {item}.'],
  [1127, 'Cipher_ClientCopiedSwiftCode', 'item', 'item', 'Copied SWIFT code for item {item}.'],
  [1128, 'Cipher_ClientToggledSwiftCodeVisible', 'item', 'item', 'Viewed SWIFT code for item {item}.'],
  [1129, 'Cipher_ClientCopiedIban', 'item', 'item', 'Copied IBAN for item {item}.'],
  [1130, 'Cipher_ClientToggledIbanVisible', 'item', 'item', 'Viewed IBAN for item {item}.'],
  [
    1131,
    'Cipher_ClientCopiedNationalIdentificationNumber',
    'item',
    'item',
    'Copied national identification number for item {item}.',
  ],
  [
    1132,
    'Cipher_ClientToggledNationalIdentificationNumberVisible',
    'item',
    'item',
    'Viewed national identification number for item {item}.',
  ],
  [1300, 'Collection_Created', 'collection', null, 'Created collection {collection}.'],
  [1301, 'Collection_Updated', 'collection', null, 'Edited collection {collection}.'],
  [1302, 'Collection_Deleted', 'collection', null, 'Deleted collection {collection}.'],
  [1400, 'Group_Created', 'group', null, 'Created group {group}.'],
  [1401, 'Group_Updated', 'group', null, 'Edited group {group}.'],
  [1402, 'Group_Deleted', 'group', null, 'Deleted group {group}.'],
  [1500, 'OrganizationUser_Invited', 'member', null, 'Invited user {member}.'],
  [1501, 'OrganizationUser_Confirmed', 'member', null, 'Confirmed user {member}.'],
  [1502, 'OrganizationUser_Updated', 'member', null, 'Edited user {member}.'],
  [1503, 'OrganizationUser_Removed', 'member', null, 'Removed user {member}.'],
  [1504, 'OrganizationUser_UpdatedGroups', 'member', null, 'Edited groups for user {member}.'],
  [1505, 'OrganizationUser_UnlinkedSso', 'member', null, 'Unlinked SSO for user {member}.'],
  [1506, 'OrganizationUser_ResetPassword_Enroll', 'member', null, 'User {member} enrolled in account recovery.'],
  [1507, 'OrganizationUser_ResetPassword_Withdraw', 'member', null, 'User {member} withdrew from account recovery.'],
  [1508, 'OrganizationUser_AdminResetPassword', 'member', null, 'Reset master password for user {member}.'],
  [1509, 'OrganizationUser_ResetSsoLink', 'member', null, 'Reset SSO link for user {member}.'],
  [1510, 'OrganizationUser_FirstSsoLogin', 'member', null, 'User {member} logged in using SSO for the first time.'],
  [1511, 'OrganizationUser_Revoked', 'member', null, 'Revoked organization access for user {member}.'],
  [1512, 'OrganizationUser_Restored', 'member', null, 'Restored organization access for user {member}.'],
  [1513, 'OrganizationUser_ApprovedAuthRequest', 'member', null, 'Approved device for user {member}.'],
  [1514, 'OrganizationUser_RejectedAuthRequest', 'member', null, 'Denied device for user {member}.'],
  [1515, 'OrganizationUser_Deleted', 'member', null, 'Deleted user {member}.'],
  [1516, 'OrganizationUser_Left', 'member', null, 'User {member} left the organization.'],
  [1517, 'OrganizationUser_AutomaticallyConfirmed', 'member', null, 'Automatically confirmed user {member}.'],
  [1518, 'OrganizationUser_SelfRevoked', 'member', null, 'User {member} revoked their own organization access.'],
  [1519, 'OrganizationUser_AdminResetTwoFactor', 'member', null, 'Reset two-step login for user {member}.'],
  [
    1520,
    'OrganizationUser_Revoked_TwoFactorNonCompliance',
    'member',
    null,
    'Revoked user {member}: two-step login policy not met.',
  ],
  [
    1521,
    'OrganizationUser_Revoked_SingleOrganizationNonCompliance',
    'member',
    null,
    'Revoked user {member}: single organization policy not met.',
  ],
  [
    1522,
    'OrganizationUser_NotificationBannerActionClicked',
    'member',
    'member',
    'User {member} acted on a notification banner.',
  ],
  [1523, 'OrganizationUser_Staged', 'member', null, 'Staged user {member}.'],
  [1524, 'OrganizationUser_InviteLinkAccepted', 'member', null, 'User {member} accepted an invite link.'],
  [1525, 'OrganizationUser_AdminChangedEmail', 'member', null, 'Changed email address of user {member}.'],
  [1526, 'OrganizationUser_InviteLinkConfirmed', 'member', null, 'Confirmed user {member} through an invite link.'],
  [1600, 'Organization_Updated', 'organization', null, 'Edited organization settings.'],
  [1601, 'Organization_PurgedVault', 'organization', null, 'Purged organization vault.'],
  [1602, 'Organization_ClientExportedVault', 'organization', 'organization', 'Exported organization vault.'],
  [1603, 'Organization_VaultAccessed', 'organization', null, 'Organization vault access by a managing provider.'],
  [1604, 'Organization_EnabledSso', 'organization', null, 'Enabled SSO.'],
  [1605, 'Organization_DisabledSso', 'organization', null, 'Disabled SSO.'],
  [1606, 'Organization_EnabledKeyConnector', 'organization', null, 'Enabled Key Connector.'],
  [1607, 'Organization_DisabledKeyConnector', 'organization', null, 'Disabled Key Connector.'],
  [1608, 'Organization_SponsorshipsSynced', 'organization', null, 'Synced families sponsorships.'],
  [1609, 'Organization_CollectionManagement_Updated', 'organization', null, 'Modified collection management setting.'],
  [
    1610,
    'Organization_CollectionManagement_LimitCollectionCreationEnabled',
    'organization',
    null,
    'Turned on: limit collection creation.',
  ],
  [
    1611,
    'Organization_CollectionManagement_LimitCollectionCreationDisabled',
    'organization',
    null,
    'Turned off: limit collection creation.',
  ],
  [
    1612,
    'Organization_CollectionManagement_LimitCollectionDeletionEnabled',
    'organization',
    null,
    'Turned on: limit collection deletion.',
  ],
  [
    1613,
    'Organization_CollectionManagement_LimitCollectionDeletionDisabled',
    'organization',
    null,
    'Turned off: limit collection deletion.',
  ],
  [
    1614,
    'Organization_CollectionManagement_LimitItemDeletionEnabled',
    'organization',
    null,
    'Turned on: limit item deletion.',
  ],
  [
    1615,
    'Organization_CollectionManagement_LimitItemDeletionDisabled',
    'organization',
    null,
    'Turned off: limit item deletion.',
  ],
  [
    1616,
    'Organization_CollectionManagement_AllowAdminAccessToAllCollectionItemsEnabled',
    'organization',
    null,
    'Turned on: admin access to all collection items.',
  ],
  [
    1617,
    'Organization_CollectionManagement_AllowAdminAccessToAllCollectionItemsDisabled',
    'organization',
    null,
    'Turned off: admin access to all collection items.',
  ],
  [
    1618,
    'Organization_ItemOrganization_Accepted',
    'organization',
    'member',
    'Accepted transfer of items to the organization.',
  ],
  [
    1619,
    'Organization_ItemOrganization_Declined',
    'organization',
    'member',
    'Declined transfer of items to the organization.',
  ],
  [
    1620,
    'Organization_AutoConfirmEnabled_Admin',
    'organization',
    'organization',
    'Turned on automatic user confirmation.',
  ],
  [
    1621,
    'Organization_AutoConfirmDisabled_Admin',
    'organization',
    'organization',
    'Turned off automatic user confirmation.',
  ],
  [
    1622,
    'Organization_AutoConfirmEnabled_Portal',
    'organization',
    null,
    'Turned on automatic user confirmation in the provider portal.',
  ],
  [
    1623,
    'Organization_AutoConfirmDisabled_Portal',
    'organization',
    null,
    'Turned off automatic user confirmation in the provider portal.',
  ],
  [1624, 'Organization_InviteLinkCreated', 'organization', null, 'Created invite link.'],
  [1625, 'Organization_InviteLinkDomainsEdited', 'organization', null, 'Edited invite link domains.'],
  [1626, 'Organization_InviteLinkDeleted', 'organization', null, 'Deleted invite link.'],
  [1627, 'Organization_InviteLinkClientCopied', 'organization', 'organization', 'Copied invite link.'],
  [1628, 'Organization_InviteLinkRefreshed', 'organization', null, 'Refreshed invite link.'],
  [1629, 'Organization_InviteLinkConfirmEnabled', 'organization', null, 'Turned on confirmation through invite link.'],
  [
    1630,
    'Organization_InviteLinkConfirmDisabled',
    'organization',
    null,
    'Turned off confirmation through invite link.',
  ],
  [1700, 'Policy_Updated', 'policy', null, 'Modified policy {policy}.'],
  [1800, 'ProviderUser_Invited', 'provider-user', null, 'Invited provider user {provider-user}.'],
  [1801, 'ProviderUser_Confirmed', 'provider-user', null, 'Confirmed provider user {provider-user}.'],
  [1802, 'ProviderUser_Updated', 'provider-user', null, 'Edited provider user {provider-user}.'],
  [1803, 'ProviderUser_Removed', 'provider-user', null, 'Removed provider user {provider-user}.'],
  [
    1900,
    'ProviderOrganization_Created',
    'provider-organization',
    null,
    'Created client organization {provider-organization}.',
  ],
  [
    1901,
    'ProviderOrganization_Added',
    'provider-organization',
    null,
    'Added client organization {provider-organization}.',
  ],
  [
    1902,
    'ProviderOrganization_Removed',
    'provider-organization',
    null,
    'Removed client organization {provider-organization}.',
  ],
  [
    1903,
    'ProviderOrganization_VaultAccessed',
    'provider-organization',
    null,
    'Accessed vault of client organization {provider-organization}.',
  ],
  [2000, 'OrganizationDomain_Added', 'domain', null, 'Added domain {domain}.'],
  [2001, 'OrganizationDomain_Removed', 'domain', null, 'Removed domain {domain}.'],
  [2002, 'OrganizationDomain_Verified', 'domain', null, 'Verified domain {domain}.'],
  [2003, 'OrganizationDomain_NotVerified', 'domain', null, 'Could not verify domain {domain}.'],
  [2100, 'Secret_Retrieved', 'secret', null, 'Accessed secret {secret}.'],
  [2101, 'Secret_Created', 'secret', null, 'Created secret {secret}.'],
  [2102, 'Secret_Edited', 'secret', null, 'Edited secret {secret}.'],
  [2103, 'Secret_Deleted', 'secret', null, 'Deleted secret {secret}.'],
  [2104, 'Secret_Permanently_Deleted', 'secret', null, 'Permanently deleted secret {secret}.'],
  [2105, 'Secret_Restored', 'secret', null, 'Restored secret {secret}.'],
  [2200, 'Project_Retrieved', 'project', null, 'Accessed project {project}.'],
  [2201, 'Project_Created', 'project', null, 'Created project {project}.'],
  [2202, 'Project_Edited', 'project', null, 'Edited project {project}.'],
  [2203, 'Project_Deleted', 'project', null, 'Deleted project {project}.'],
  [
    2300,
    'ServiceAccount_UserAdded',
    'service-account',
    null,
    'Added user {member} to machine account {machine-account}.',
  ],
  [
    2301,
    'ServiceAccount_UserRemoved',
    'service-account',
    null,
    'Removed user {member} from machine account {machine-account}.',
  ],
  [
    2302,
    'ServiceAccount_GroupAdded',
    'service-account',
    null,
    'Added group {group} to machine account {machine-account}.',
  ],
  [
    2303,
    'ServiceAccount_GroupRemoved',
    'service-account',
    null,
    'Removed group {group} from machine account {machine-account}.',
  ],
  [2304, 'ServiceAccount_Created', 'service-account', null, 'Created machine account {machine-account}.'],
  [2305, 'ServiceAccount_Deleted', 'service-account', null, 'Deleted machine account {machine-account}.'],
  [
    2400,
    'PhishingBlocker_SiteAccessed',
    'phishing-blocker',
    'member+phishing-blocker',
    'Opened a site the phishing blocker warns of.',
  ],
  [
    2401,
    'PhishingBlocker_SiteExited',
    'phishing-blocker',
    'member+phishing-blocker',
    'Left a site the phishing blocker warns of.',
  ],
  [
    2402,
    'PhishingBlocker_Bypassed',
    'phishing-blocker',
    'member+phishing-blocker',
    'Bypassed a warning of the phishing blocker.',
  ],
  [2500, 'Send_Created_Text', 'send', null, 'Created text Send {send}.'],
  [2501, 'Send_Created_Text_WithEmailVerification', 'send', null, 'Created text Send {send} with email verification.'],
  [2502, 'Send_Created_Text_WithPasswordProtection', 'send', null, 'Created text Send {send} with a password.'],
  [2503, 'Send_Created_File', 'send', null, 'Created file Send {send}.'],
  [2504, 'Send_Created_File_WithEmailVerification', 'send', null, 'Created file Send {send} with email verification.'],
  [2505, 'Send_Created_File_WithPasswordProtection', 'send', null, 'Created file Send {send} with a password.'],
  [2506, 'Send_Edited_Text', 'send', null, 'Edited text Send {send}.'],
  [2507, 'Send_Edited_File', 'send', null, 'Edited file Send {send}.'],
  [2508, 'Send_Deleted_Text', 'send', null, 'Deleted text Send {send}.'],
  [2509, 'Send_Deleted_File', 'send', null, 'Deleted file Send {send}.'],
  [2510, 'Send_Accessed_Text', 'send', null, 'Accessed text Send {send}.'],
  [2511, 'Send_Accessed_File', 'send', null, 'Accessed file Send {send}.'],
]

// Audit events, which only Keytrail reports: see audit-events.ts.
const auditRows: readonly Row[] = [
  [9000, 'Keytrail_AlertRuleCreated', 'keytrail', null, 'Created alert rule {object}.'],
  [9001, 'Keytrail_AlertRuleReplaced', 'keytrail', null, 'Replaced alert rule {object}.'],
  [9002, 'Keytrail_AlertRuleDeleted', 'keytrail', null, 'Deleted alert rule {object}.'],
  [9003, 'Keytrail_AlertRuleSettingsChanged', 'keytrail', null, 'Changed settings of alert rule {object}.'],
  [9004, 'Keytrail_AlertExceptionAdded', 'keytrail', null, 'Added an exception: {object}.'],
  [9005, 'Keytrail_AlertExceptionEnded', 'keytrail', null, 'Ended an exception: {object}.'],
  [9006, 'Keytrail_ValueListChanged', 'keytrail', null, 'Changed list of values {object}.'],
  [9007, 'Keytrail_AlertingHoursChanged', 'keytrail', null, 'Changed the alerting hours: {object}.'],
  [9010, 'Keytrail_AlertAcknowledged', 'keytrail', null, 'Acknowledged alert {object}.'],
  [9011, 'Keytrail_AlertsMuted', 'keytrail', null, 'Muted alerts of {object}.'],
  [9012, 'Keytrail_AlertsUnmuted', 'keytrail', null, 'Ended muting alerts of {object}.'],
  [9013, 'Keytrail_IncidentAcknowledged', 'keytrail', null, 'Acknowledged incident {object}.'],
  [9014, 'Keytrail_IncidentAssigned', 'keytrail', null, 'Assigned incident {object}.'],
  [9015, 'Keytrail_IncidentClosed', 'keytrail', null, 'Closed incident {object}.'],
  [9016, 'Keytrail_IncidentReopened', 'keytrail', null, 'Reopened incident {object}.'],
  [9017, 'Keytrail_IncidentCommented', 'keytrail', null, 'Commented on incident {object}.'],
  [9020, 'Keytrail_ApiKeyCreated', 'keytrail', null, 'Created API key {object}.'],
  [9021, 'Keytrail_ApiKeyRotated', 'keytrail', null, 'Rotated API key {object}.'],
  [9022, 'Keytrail_ApiKeyRevoked', 'keytrail', null, 'Revoked API key {object}.'],
  [9023, 'Keytrail_ServerKeyCreated', 'keytrail', null, 'Created server key {object}.'],
  [9024, 'Keytrail_ServerKeyRotated', 'keytrail', null, 'Rotated server key {object}.'],
  [9025, 'Keytrail_ServerKeyRevoked', 'keytrail', null, 'Revoked server key {object}.'],
  [9030, 'Keytrail_IntegrationCreated', 'keytrail', null, 'Created integration {object}.'],
  [9031, 'Keytrail_IntegrationReplaced', 'keytrail', null, 'Replaced integration {object}.'],
  [9032, 'Keytrail_IntegrationDeleted', 'keytrail', null, 'Deleted integration {object}.'],
  [9033, 'Keytrail_IntegrationSecretRotated', 'keytrail', null, 'Rotated signing secret of integration {object}.'],
  [9034, 'Keytrail_IntegrationReplayed', 'keytrail', null, 'Replayed failed notifications of integration {object}.'],
  [9040, 'Keytrail_SourceCreated', 'keytrail', null, 'Created source {object}.'],
  [9041, 'Keytrail_SourceChanged', 'keytrail', null, 'Changed source {object}.'],
  [9042, 'Keytrail_SourceRemoved', 'keytrail', null, 'Removed source {object}.'],
  [9043, 'Keytrail_SourceKeyReplaced', 'keytrail', null, 'Replaced the API key of source {object}.'],
  [9044, 'Keytrail_SourcePaused', 'keytrail', null, 'Paused source {object}.'],
  [9045, 'Keytrail_SourceResumed', 'keytrail', null, 'Resumed source {object}.'],
  [9046, 'Keytrail_SourceFailing', 'keytrail', null, 'Source {object} has been failing for 15 minutes.'],
  [9047, 'Keytrail_SourceRecovered', 'keytrail', null, 'Source {object} works again.'],
  [9048, 'Keytrail_SourceSilent', 'keytrail', null, 'Source {object} has had no events for 3 days.'],
  [9060, 'Keytrail_OrganizationCreated', 'keytrail', null, 'Created organization {object}.'],
]

/** Every known event type, in order of code. */
export const eventTypes: readonly EventType[] = [...rows, ...auditRows].map(
  ([code, name, category, collect, template]) => ({
    code,
    name,
    category,
    collect,
    template,
  }),
)

const byCode: ReadonlyMap<number, EventType> = new Map(eventTypes.map((type) => [type.code, type]))

/** The event type with this code; undefined if the catalogue does not have it. */
export const eventTypeOf = (code: number): EventType | undefined => byCode.get(code)
