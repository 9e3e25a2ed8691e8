import ATProtoAuth

extension Phrase {
  var english: String {
    switch self {
    case .skipToContent: "Skip to the content"
    case .home: "Home"
    case .termsOfService: "Terms of service"
    case .privacyPolicy: "Privacy policy"
    case .help: "Help"
    case .cancel: "Cancel"
    case .done: "Done"
    case .backToAccount: "Back to your account"

    case .signIn: "Sign in"
    case .identifier: "Handle or email"
    case .password: "Password"
    case .staySignedIn: "Stay signed in on this browser for 7 days"
    case .forgotPassword: "Forgot your password?"
    case .resetIt: "Reset it"
    case .newHere: "New here?"
    case .chooseAccount: "Choose an account"
    case .useAnotherAccount: "Use another account"
    case .severalAccounts: "Several accounts are signed in on this browser."
    case .appAsksForAccess(let server): "An app asks for access to your account on \(server)."
    case .appAsksForAnAccount(let server):
      "An app asks for access to one of your accounts on \(server)."
    case .signInToAccount: "Sign in to your account"
    case .signInToAccountLead(let server):
      "See which apps use your account on \(server), and change its settings."
    case .wrongCredentials:
      "The name or the password is wrong. Use the password of your account, not an app password."
    case .takenDown: "This account has been taken down. Contact the operator of this server."
    case .anotherAccountWanted(let name):
      "The app asks for another account: \(name ?? "sign in with that one")."

    case .createAnAccount: "Create an account"
    case .createAccount: "Create account"
    case .haveAccount: "You have an account?"
    case .handle: "Handle"
    case .handleHint(let domains):
      "Your public name, ending in \(PageLanguage.english.choice(domains))."
    case .email: "Email"
    case .passwordHint: "At least 8 characters."
    case .inviteCode: "Invite code"
    case .onlyAccountWanted(let name): "The app asks for \(name)."

    case .consentTitle(let app): "Allow \(app ?? "this app") to use your account?"
    case .developmentWarning:
      "This app is being developed on your computer. Only continue if you started it."
    case .consentHeading: "This app will be able to"
    case .whatIsIncluded: "What this includes"
    case .showAllNames(let count): "Show all \(count) names"
    case .authorize: "Authorize"
    case .deny: "Deny"
    case .doNotShare: "Do not allow this"
    case .willReturn(let destination): "You will return to \(destination)."
    case .appOnThisDevice: "the app on this device"
    case .canWithdraw: "You can withdraw access at any time on your [account page]."
    case .accountIsDeactivated: "This account is deactivated"
    case .accountIsDeactivatedLead(let handle):
      """
      Apps cannot use @\(handle) until you activate it again on your account page. Then return to the \
      app and try again.
      """
    case .backToApp: "Back to the app"
    case .openAccountPage: "Open the account page"
    case .youAreSignedIn: "You are signed in"
    case .continueToApp: "Continue to return to the app."
    case .continueButton: "Continue"

    case .knowWhoYouAre: "Know who you are: your handle, your DID, and your public data"
    case .changeIdentity:
      "Change your identity: your handle, your keys, and the server of your account"
    case .changeHandlePermission: "Change your handle"
    case .seeEmail: "See your email address"
    case .manageEmail: "See and change your email address"
    case .replaceRepository: "Replace all your data with a repository from elsewhere"
    case .changeEverything:
      "Create, update, and delete all your public data, such as posts, likes, and follows"
    case .uploadMedia: "Upload images, videos, and other files"
    case .useServices: "Use other services as you, and read and change your preferences"
    case .directMessages: "Read and send your direct messages"
    case .changeRecords(let actions, let names):
      "\(Self.verbs(actions)) your \(PageLanguage.english.list(names.map(\.english)))"
    case .changeAllRecords(let actions): "\(Self.verbs(actions)) all your public data, of any kind"
    case .changeOtherRecords(let actions, let isOne):
      "\(Self.verbs(actions)) your records of \(isOne ? "this kind" : "these kinds")"
    case .call(let service, let isOne):
      "Make \(isOne ? "this request" : "these requests") to \(service.english) as you"
    case .callWithoutLimits(let service): "Use \(service.english) as you, without limits"
    case .uploadFiles: "Upload files of any kind"
    case .uploadKinds(let kinds): "Upload \(PageLanguage.english.list(kinds.map(\.english)))"
    case .uploadFilesOfTheseKinds: "Upload files of these kinds"

    case .yourAccount: "Your account"
    case .signOut: "Sign out"
    case .confirmed: "confirmed"
    case .notConfirmed: "not confirmed"
    case .passwordNote: "Signs out all apps and browsers when you change it."
    case .change: "Change"
    case .export: "Export"
    case .exportNote: "Your public data as one file (CAR)."
    case .download: "Download"
    case .deactivate: "Deactivate"
    case .deactivated: "Deactivated"
    case .deactivateNote: "Hide your account until you activate it again."
    case .deactivatedNote: "Your account is hidden."
    case .activate: "Activate"
    case .delete: "Delete"
    case .deleteNote: "Delete your account and all its data forever."
    case .yourData: "Your data"
    case .appsWithAccess: "Apps with access"
    case .noApps: "No app has access to your account."
    case .signedInSince: "Signed in:"
    case .lastUsed: "Last used:"
    case .revoke: "Revoke"
    case .whatItCanDo: "What it can do"
    case .earlierApps: "Apps that you allowed before"
    case .earlierAppsNote:
      "They have no access now. When you sign in to them again, they may not ask you again."
    case .granted: "Allowed:"
    case .forget: "Forget"
    case .browsers: "Browsers that are signed in"
    case .thisBrowser: "this browser"
    case .lastSeen: "Last seen:"
    case .browser(let name, let system): "\(name) on \(system)"
    case .someBrowser(let system): "Browser on \(system)"
    case .unknownBrowser: "Unknown browser"
    case .appPasswords: "App passwords"
    case .appPasswordsNote:
      """
      For apps that cannot sign in through this page. An app password cannot change your account.
      """
    case .create: "Create"
    case .created: "Created:"
    case .privileged: "direct messages"
    case .inviteCodes: "Invite codes"
    case .usesLeft(let count): count == 1 ? "1 use left" : "\(count) uses left"

    case .changePassword: "Change your password"
    case .changePasswordButton: "Change password"
    case .currentPassword: "Current password"
    case .newPassword: "New password"
    case .newPasswordAgain: "New password, again"
    case .changePasswordLead:
      "This signs out all apps and all other browsers. App passwords keep working."
    case .changeEmail: "Change your email"
    case .changeEmailButton: "Change email"
    case .newEmail: "New email"
    case .presentEmail(let email): "Your current email is \(email)."
    case .emailUnconfirmed: "It is not confirmed, so you cannot be sure to receive our mail."
    case .sendConfirmationCode: "Send a code to confirm it"
    case .confirmEmail: "Confirm your email"
    case .confirm: "Confirm"
    case .codeSent(let email): "We sent a code to \(email)."
    case .codeSentForEmail(let email):
      "We sent a code to \(email). Enter it together with your password."
    case .code: "Code from the mail"
    case .changeHandle: "Change your handle"
    case .changeHandleButton: "Change handle"
    case .newHandle: "New handle"
    case .changeHandleLead: "People find you by your handle. Your posts and followers stay."
    case .newHandleHint(let domains, let did):
      """
      Ending in \(PageLanguage.english.choice(domains)), or a domain of your own whose TXT record \
      _atproto is did=\(did).
      """
    case .createAppPassword: "Create an app password"
    case .createAppPasswordButton: "Create app password"
    case .createAppPasswordLead: "For an app that cannot sign in through this page."
    case .name: "Name"
    case .nameHint: "For example, the name of the app."
    case .allowMessages: "Allow access to direct messages"
    case .newAppPassword: "Your new app password"
    case .newAppPasswordLead: "Enter it in the app now. It is shown only this once."
    case .activateAccount: "Activate your account"
    case .activateLead: "Your account and your data will be visible again."
    case .deactivateAccount: "Deactivate your account"
    case .deactivateLead:
      "Your account and your data will be hidden until you activate it again. Nothing is deleted."
    case .deleteAccount: "Delete your account"
    case .deleteAccountButton: "Delete my account"
    case .deleteLead(let handle):
      "@\(handle) and all its data will be deleted. This cannot be undone."
    case .willSendCode(let email): "To be sure that it is you, we send a code to \(email)."
    case .sendCode: "Send the code"
    case .accountDeleted: "Your account is deleted"
    case .accountDeletedLead:
      "Its data is gone from this server. Other servers will delete their copies."
    case .resetPassword: "Reset your password"
    case .resetLead: "We send a code to the email of your account."
    case .backToSignIn: "Back to sign-in"
    case .setNewPassword: "Set a new password"
    case .resetCodeSent: "If an account has this email, we sent a code to it."
    case .setPassword: "Set password"
    case .noMail: "No mail?"
    case .sendAnotherCode: "Send another code"
    case .passwordChanged: "Your password is changed"
    case .passwordChangedLead: "You can sign in with it."
    case .notice(let notice):
      switch notice {
      case .password: "Your password is changed. All apps and other browsers are signed out."
      case .email: "Your email is changed. Confirm it, so that you can reset your password."
      case .emailConfirmed: "Your email is confirmed."
      case .handle: "Your handle is changed."
      case .revoked: "The app has no access any more."
      case .forgotten: "The app will ask you again."
      case .signedOut: "The browser is signed out."
      case .appPasswordRevoked: "The app password no longer works."
      case .deactivated: "Your account is deactivated."
      case .activated: "Your account is active again."
      }

    case .enterPassword: "Enter your password."
    case .wrongPassword: "The password is wrong."
    case .passwordsDiffer: "The two new passwords are not the same."
    case .enterEmail: "Enter the email."
    case .enterName: "Enter a name for the app password."
    case .enterCode: "Enter the code from the mail."
    case .enterCodeAndPassword: "Enter the code and a new password."
    case .invalidHandle(let reason): "This is not a valid handle: \(reason)."
    case .handleTaken: "This handle is not available."
    case .inviteInvalid: "This invite code is not available."
    case .codeInvalid: "This code is not valid."
    case .codeExpired: "This code has expired."
    case .passwordLength: "A password has 8 to 256 characters."
    case .failed(let reason): reason
    case .verbatim(let text): text

    case .linkBroken: "This link does not work"
    case .linkDamaged(let reason): "The link is damaged: \(reason)."
    case .formDamaged(let reason): "The form is damaged: \(reason)."
    case .notAForm: "This form cannot be read"
    case .notAFormText: "The server reads forms of this page only. Go back and try again."
    case .formTooLong: "This form is too long"
    case .formTooLongText: "Shorten what you entered, and try again."
    case .wrongMethod: "This page does not work that way"
    case .wrongMethodText: "Open the page again and use its buttons."
    case .formExpired: "This form has expired"
    case .formExpiredText:
      """
      For your safety, nothing was changed. Go back, reload the page, and try again. If that does not \
      help, allow cookies for this site.
      """
    case .embedded: "Open this page by itself"
    case .embeddedText:
      "This page cannot be shown within another one. Open it in a tab of its own."
    case .tooManyAttempts: "Too many attempts"
    case .wait(let seconds): "Wait \(Self.duration(seconds)), and try again."
    case .busy: "The server is busy"
    case .busyText: "Try again in a moment."
    case .failure: "Something went wrong"
    case .failureText: "The server could not do that. Try again later."
    case .noAccess: "No access"
    case .didNotWork: "That did not work"
    case .nothingAsked:
      "The app did not say who it is or what it asks for. Go back to the app and try again."
    case .requestUnknown:
      "This server does not know the request of the app. Go back to the app and try again."
    case .requestExpired: "The request of the app has expired. Go back to the app and try again."
    case .requestAnswered:
      "You have answered this request already. Go back to the app and try again."
    case .requestElsewhere:
      "The request of the app was opened in another browser. Go back to the app and try again."
    case .requestForAnotherAccount:
      "The request of the app is for another account. Go back to the app and try again."
    case .appUnusable: "This app cannot be used"
    case .appInvalid(let reason): "Its description is not valid: \(reason)."

    case .justNow: "just now"
    case .minutesAgo(let count): count == 1 ? "1 minute ago" : "\(count) minutes ago"
    case .hoursAgo(let count): count == 1 ? "1 hour ago" : "\(count) hours ago"
    case .yesterday: "yesterday"
    case .daysAgo(let count): "\(count) days ago"
    case .date(let year, let month, let day): "\(Self.months[month - 1]) \(day), \(year)"
    }
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  private static func verbs(_ actions: [RepoAction]) -> String {
    PageLanguage.english.list(actions.map(\.rawValue)).capitalizedFirst
  }

  private static func duration(_ seconds: Int) -> String {
    switch WaitingTime(seconds) {
    case .seconds(let count): count == 1 ? "1 second" : "\(count) seconds"
    case .minutes(let count): count == 1 ? "1 minute" : "\(count) minutes"
    case .hours(let count): count == 1 ? "1 hour" : "\(count) hours"
    }
  }
}

extension Phrase.Service {
  fileprivate var english: String {
    switch self {
    case .any: "any service"
    case .bluesky: "Bluesky"
    case .blueskyNotifications: "Bluesky notifications"
    case .blueskyMessages: "Bluesky direct messages"
    case .other(let service): "the service \(service)"
    }
  }
}

extension Phrase.MediaKind {
  fileprivate var english: String {
    switch self {
    case .audio: "sound recordings"
    case .image: "images"
    case .video: "videos"
    }
  }
}

extension RecordName {
  /// After "your".
  fileprivate var english: String {
    switch self {
    case .profile: "profile"
    case .status: "status"
    case .feeds: "custom feeds"
    case .likes: "likes"
    case .posts: "posts"
    case .quoteSettings: "quote settings"
    case .reposts: "reposts"
    case .replySettings: "reply settings"
    case .blocks: "blocks"
    case .follows: "follows"
    case .lists: "lists"
    case .listBlocks: "blocks of lists"
    case .listMembers: "list members"
    case .starterPacks: "starter packs"
    case .verifications: "verifications"
    case .labeler: "labeler"
    case .notificationSettings: "notification settings"
    case .messageSettings: "direct message settings"
    case .lexicons: "lexicons"
    case .statuses: "statuses"
    }
  }
}
