import ATProtoAuth

/// Everything that the pages say by themselves.
///
/// Each language has a file with a switch over all phrases, so a phrase that is missing in one of them
/// does not compile.
enum Phrase: Hashable, Sendable {
  // MARK: All pages

  case skipToContent, home, termsOfService, privacyPolicy, help, cancel, done, backToAccount

  // MARK: Signing in

  case signIn, identifier, password, staySignedIn, forgotPassword, resetIt, newHere
  case chooseAccount, useAnotherAccount, severalAccounts
  case appAsksForAccess(server: String), appAsksForAnAccount(server: String)
  case signInToAccount, signInToAccountLead(server: String)
  case wrongCredentials, takenDown, anotherAccountWanted(name: String?)

  // MARK: Signing up

  case createAnAccount, createAccount, haveAccount, handle, handleHint(domains: [String])
  case email, passwordHint, inviteCode, onlyAccountWanted(name: String)

  // MARK: Deciding about an app

  case consentTitle(app: String?), developmentWarning, consentHeading, whatIsIncluded
  case showAllNames(Int), authorize, deny, doNotShare
  case willReturn(to: String), appOnThisDevice
  /// With the text of a link in brackets.
  case canWithdraw
  case accountIsDeactivated, accountIsDeactivatedLead(handle: String), backToApp, openAccountPage
  case youAreSignedIn, continueToApp, continueButton

  // MARK: Permissions

  case knowWhoYouAre, changeIdentity, changeHandlePermission, seeEmail, manageEmail
  case replaceRepository, changeEverything, uploadMedia, useServices, directMessages
  case changeRecords([RepoAction], [RecordName]), changeAllRecords([RepoAction])
  case changeOtherRecords([RepoAction], isOne: Bool)
  case call(Service, isOne: Bool), callWithoutLimits(Service)
  case uploadFiles, uploadKinds([MediaKind]), uploadFilesOfTheseKinds

  /// The service for which a permission is.
  enum Service: Hashable, Sendable {
    case any, bluesky, blueskyNotifications, blueskyMessages
    case other(String)
  }

  /// The first part of a MIME type.
  enum MediaKind: String, CaseIterable, Sendable {
    case audio, image, video
  }

  // MARK: The account page

  case yourAccount, signOut, confirmed, notConfirmed, passwordNote, change, export, exportNote
  case download, deactivate, deactivated, deactivateNote, deactivatedNote, activate, delete
  case deleteNote, yourData
  case appsWithAccess, noApps, signedInSince, lastUsed, revoke, whatItCanDo
  case earlierApps, earlierAppsNote, granted, forget
  case browsers, thisBrowser, lastSeen
  case browser(String, system: String), someBrowser(system: String), unknownBrowser
  case appPasswords, appPasswordsNote, create, created, privileged
  case inviteCodes, usesLeft(Int)

  // MARK: The forms of the account page

  case changePassword, changePasswordButton, currentPassword, newPassword, newPasswordAgain
  case changePasswordLead
  case changeEmail, changeEmailButton, newEmail, presentEmail(String), emailUnconfirmed
  case sendConfirmationCode, confirmEmail, confirm, codeSent(to: String)
  case codeSentForEmail(to: String), code
  case changeHandle, changeHandleButton, newHandle, changeHandleLead
  case newHandleHint(domains: [String], did: String)
  case createAppPassword, createAppPasswordButton, createAppPasswordLead, name, nameHint
  case allowMessages, newAppPassword, newAppPasswordLead
  case activateAccount, activateLead, deactivateAccount, deactivateLead
  case deleteAccount, deleteAccountButton, deleteLead(handle: String), willSendCode(to: String)
  case sendCode, accountDeleted, accountDeletedLead
  case resetPassword, resetLead, backToSignIn, setNewPassword, resetCodeSent, setPassword
  case noMail, sendAnotherCode, passwordChanged, passwordChangedLead
  case notice(AccountNotice)

  // MARK: What is wrong with a form

  case enterPassword, wrongPassword, passwordsDiffer, enterEmail, enterName, enterCode
  case enterCodeAndPassword, invalidHandle(reason: String)
  case handleTaken, inviteInvalid, codeInvalid, codeExpired, passwordLength
  case failed(reason: String)
  /// A name, or a sentence in English.
  case verbatim(String)

  // MARK: Why a page cannot be shown

  case linkBroken, linkDamaged(reason: String), formDamaged(reason: String)
  case notAForm, notAFormText, formTooLong, formTooLongText, wrongMethod, wrongMethodText
  case formExpired, formExpiredText, embedded, embeddedText
  case tooManyAttempts, wait(seconds: Int), busy, busyText, failure, failureText
  case noAccess, didNotWork, nothingAsked, requestUnknown, requestExpired, requestAnswered
  case requestElsewhere, requestForAnotherAccount, appUnusable, appInvalid(reason: String)

  // MARK: Times

  case justNow, minutesAgo(Int), hoursAgo(Int), yesterday, daysAgo(Int)
  case date(year: Int, month: Int, day: Int)
}
