import ATProtoAuth

extension Phrase {
  var german: String {
    switch self {
    case .skipToContent: "Zum Inhalt springen"
    case .home: "Startseite"
    case .termsOfService: "Nutzungsbedingungen"
    case .privacyPolicy: "Datenschutzerklärung"
    case .help: "Hilfe"
    case .cancel: "Abbrechen"
    case .done: "Fertig"
    case .backToAccount: "Zurück zu deinem Konto"

    case .signIn: "Anmelden"
    case .identifier: "Handle oder E-Mail"
    case .password: "Passwort"
    case .staySignedIn: "In diesem Browser 7 Tage angemeldet bleiben"
    case .forgotPassword: "Passwort vergessen?"
    case .resetIt: "Zurücksetzen"
    case .newHere: "Neu hier?"
    case .chooseAccount: "Konto auswählen"
    case .useAnotherAccount: "Anderes Konto verwenden"
    case .severalAccounts: "In diesem Browser sind mehrere Konten angemeldet."
    case .appAsksForAccess(let server):
      "Eine App bittet um Zugriff auf dein Konto bei \(server)."
    case .appAsksForAnAccount(let server):
      "Eine App bittet um Zugriff auf eines deiner Konten bei \(server)."
    case .signInToAccount: "Bei deinem Konto anmelden"
    case .signInToAccountLead(let server):
      "Sieh nach, welche Apps dein Konto bei \(server) verwenden, und ändere die Einstellungen."
    case .wrongCredentials:
      """
      Der Name oder das Passwort ist falsch. Verwende das Passwort deines Kontos, kein App-Passwort.
      """
    case .takenDown:
      "Dieses Konto wurde gesperrt. Wende dich an die Betreiber dieses Servers."
    case .anotherAccountWanted(let name):
      name.map { "Die App möchte ein anderes Konto: \($0)." }
        ?? "Die App möchte ein anderes Konto. Melde dich mit diesem an."

    case .createAnAccount: "Konto erstellen"
    case .createAccount: "Konto erstellen"
    case .haveAccount: "Du hast schon ein Konto?"
    case .handle: "Handle"
    case .handleHint(let domains):
      "Dein öffentlicher Name. Er endet auf \(PageLanguage.german.choice(domains))."
    case .email: "E-Mail"
    case .passwordHint: "Mindestens 8 Zeichen."
    case .inviteCode: "Einladungscode"
    case .onlyAccountWanted(let name): "Die App möchte das Konto \(name)."

    case .consentTitle(let app): "Darf \(app ?? "diese App") dein Konto verwenden?"
    case .developmentWarning:
      """
      Diese App wird gerade auf deinem Computer entwickelt. Fahre nur fort, wenn du sie gestartet hast.
      """
    case .consentHeading: "Diese App darf dann"
    case .whatIsIncluded: "Was das umfasst"
    case .showAllNames(let count): "Alle \(count) Namen anzeigen"
    case .authorize: "Zulassen"
    case .deny: "Ablehnen"
    case .doNotShare: "Nicht erlauben"
    case .willReturn(let destination): "Danach geht es zurück zu \(destination)."
    case .appOnThisDevice: "der App auf diesem Gerät"
    case .canWithdraw:
      "Du kannst den Zugriff jederzeit auf deiner [Kontoseite] widerrufen."
    case .accountIsDeactivated: "Dieses Konto ist deaktiviert"
    case .accountIsDeactivatedLead(let handle):
      """
      Apps können @\(handle) erst verwenden, wenn du das Konto auf der Kontoseite wieder aktivierst. \
      Kehre danach zur App zurück und versuche es noch einmal.
      """
    case .backToApp: "Zurück zur App"
    case .openAccountPage: "Kontoseite öffnen"
    case .youAreSignedIn: "Du bist angemeldet"
    case .continueToApp: "Mit „Weiter“ kehrst du zur App zurück."
    case .continueButton: "Weiter"

    case .knowWhoYouAre:
      "Wissen, wer du bist: deinen Handle, deine DID und deine öffentlichen Daten"
    case .changeIdentity:
      "Deine Identität ändern: deinen Handle, deine Schlüssel und den Server deines Kontos"
    case .changeHandlePermission: "Deinen Handle ändern"
    case .seeEmail: "Deine E-Mail-Adresse sehen"
    case .manageEmail: "Deine E-Mail-Adresse sehen und ändern"
    case .replaceRepository: "Alle deine Daten durch ein Repository von anderswo ersetzen"
    case .changeEverything:
      """
      Alle deine öffentlichen Daten wie Beiträge, Likes und Follows erstellen, ändern und löschen
      """
    case .uploadMedia: "Bilder, Videos und andere Dateien hochladen"
    case .useServices:
      "Andere Dienste in deinem Namen nutzen, deine Einstellungen lesen und ändern"
    case .directMessages: "Deine Direktnachrichten lesen und welche senden"
    case .changeRecords(let actions, let names):
      "\(PageLanguage.german.list(names.map(\.german))) \(Self.verbs(actions))".capitalizedFirst
    case .changeAllRecords(let actions):
      "Alle deine öffentlichen Daten jeder Art \(Self.verbs(actions))"
    case .changeOtherRecords(let actions, let isOne):
      "Deine Datensätze \(isOne ? "dieser Art" : "dieser Arten") \(Self.verbs(actions))"
    case .call(let service, let isOne):
      "\(isOne ? "Diese Anfrage" : "Diese Anfragen") in deinem Namen an \(service.german) senden"
    case .callWithoutLimits(let service):
      "\(service.german.capitalizedFirst) uneingeschränkt in deinem Namen nutzen"
    case .uploadFiles: "Dateien jeder Art hochladen"
    case .uploadKinds(let kinds): "\(PageLanguage.german.list(kinds.map(\.german))) hochladen"
    case .uploadFilesOfTheseKinds: "Dateien dieser Arten hochladen"

    case .yourAccount: "Dein Konto"
    case .signOut: "Abmelden"
    case .confirmed: "bestätigt"
    case .notConfirmed: "nicht bestätigt"
    case .passwordNote: "Eine Änderung meldet alle Apps und Browser ab."
    case .change: "Ändern"
    case .export: "Export"
    case .exportNote: "Deine öffentlichen Daten als eine Datei (CAR)."
    case .download: "Herunterladen"
    case .deactivate: "Deaktivieren"
    case .deactivated: "Deaktiviert"
    case .deactivateNote: "Dein Konto verbergen, bis du es wieder aktivierst."
    case .deactivatedNote: "Dein Konto ist verborgen."
    case .activate: "Aktivieren"
    case .delete: "Löschen"
    case .deleteNote: "Dein Konto und alle seine Daten endgültig löschen."
    case .yourData: "Deine Daten"
    case .appsWithAccess: "Apps mit Zugriff"
    case .noApps: "Keine App hat Zugriff auf dein Konto."
    case .signedInSince: "Angemeldet:"
    case .lastUsed: "Zuletzt verwendet:"
    case .revoke: "Widerrufen"
    case .whatItCanDo: "Was sie darf"
    case .earlierApps: "Apps, die du früher zugelassen hast"
    case .earlierAppsNote:
      """
      Sie haben zurzeit keinen Zugriff. Wenn du dich bei ihnen wieder anmeldest, fragen sie \
      möglicherweise nicht noch einmal.
      """
    case .granted: "Zugelassen:"
    case .forget: "Vergessen"
    case .browsers: "Angemeldete Browser"
    case .thisBrowser: "dieser Browser"
    case .lastSeen: "Zuletzt gesehen:"
    case .browser(let name, let system): "\(name) unter \(system)"
    case .someBrowser(let system): "Browser unter \(system)"
    case .unknownBrowser: "Unbekannter Browser"
    case .appPasswords: "App-Passwörter"
    case .appPasswordsNote:
      """
      Für Apps, bei denen du dich nicht über diese Seite anmelden kannst. Ein App-Passwort kann dein \
      Konto nicht ändern.
      """
    case .create: "Erstellen"
    case .created: "Erstellt:"
    case .privileged: "Direktnachrichten"
    case .inviteCodes: "Einladungscodes"
    case .usesLeft(let count): "noch \(count)-mal verwendbar"

    case .changePassword: "Passwort ändern"
    case .changePasswordButton: "Passwort ändern"
    case .currentPassword: "Aktuelles Passwort"
    case .newPassword: "Neues Passwort"
    case .newPasswordAgain: "Neues Passwort wiederholen"
    case .changePasswordLead:
      """
      Damit werden alle Apps und alle anderen Browser abgemeldet. App-Passwörter gelten weiterhin.
      """
    case .changeEmail: "E-Mail-Adresse ändern"
    case .changeEmailButton: "E-Mail-Adresse ändern"
    case .newEmail: "Neue E-Mail-Adresse"
    case .presentEmail(let email): "Deine aktuelle E-Mail-Adresse ist \(email)."
    case .emailUnconfirmed:
      "Sie ist nicht bestätigt. Deshalb ist nicht sicher, dass unsere E-Mails dich erreichen."
    case .sendConfirmationCode: "Bestätigungscode senden"
    case .confirmEmail: "E-Mail-Adresse bestätigen"
    case .confirm: "Bestätigen"
    case .codeSent(let email): "Wir haben einen Code an \(email) gesendet."
    case .codeSentForEmail(let email):
      "Wir haben einen Code an \(email) gesendet. Gib ihn zusammen mit deinem Passwort ein."
    case .code: "Code aus der E-Mail"
    case .changeHandle: "Handle ändern"
    case .changeHandleButton: "Handle ändern"
    case .newHandle: "Neuer Handle"
    case .changeHandleLead:
      "Über deinen Handle findet man dich. Deine Beiträge und Follower bleiben erhalten."
    case .newHandleHint(let domains, let did):
      """
      Er endet auf \(PageLanguage.german.choice(domains)) oder ist eine eigene Domain, deren \
      TXT-Eintrag _atproto did=\(did) lautet.
      """
    case .createAppPassword: "App-Passwort erstellen"
    case .createAppPasswordButton: "App-Passwort erstellen"
    case .createAppPasswordLead:
      "Für eine App, bei der du dich nicht über diese Seite anmelden kannst."
    case .name: "Name"
    case .nameHint: "Zum Beispiel der Name der App."
    case .allowMessages: "Zugriff auf Direktnachrichten erlauben"
    case .newAppPassword: "Dein neues App-Passwort"
    case .newAppPasswordLead: "Gib es jetzt in der App ein. Es wird nur dieses eine Mal angezeigt."
    case .activateAccount: "Konto aktivieren"
    case .activateLead: "Dein Konto und deine Daten werden wieder sichtbar."
    case .deactivateAccount: "Konto deaktivieren"
    case .deactivateLead:
      """
      Dein Konto und deine Daten sind verborgen, bis du das Konto wieder aktivierst. Es wird nichts \
      gelöscht.
      """
    case .deleteAccount: "Konto löschen"
    case .deleteAccountButton: "Mein Konto löschen"
    case .deleteLead(let handle):
      "@\(handle) und alle zugehörigen Daten werden gelöscht. Das lässt sich nicht rückgängig machen."
    case .willSendCode(let email):
      "Um sicherzugehen, dass du es bist, senden wir einen Code an \(email)."
    case .sendCode: "Code senden"
    case .accountDeleted: "Dein Konto ist gelöscht"
    case .accountDeletedLead:
      "Die Daten sind von diesem Server entfernt. Andere Server werden ihre Kopien löschen."
    case .resetPassword: "Passwort zurücksetzen"
    case .resetLead: "Wir senden einen Code an die E-Mail-Adresse deines Kontos."
    case .backToSignIn: "Zurück zur Anmeldung"
    case .setNewPassword: "Neues Passwort festlegen"
    case .resetCodeSent:
      "Wenn ein Konto diese E-Mail-Adresse hat, haben wir einen Code an sie gesendet."
    case .setPassword: "Passwort festlegen"
    case .noMail: "Keine E-Mail erhalten?"
    case .sendAnotherCode: "Neuen Code senden"
    case .passwordChanged: "Dein Passwort ist geändert"
    case .passwordChangedLead: "Du kannst dich damit anmelden."
    case .notice(let notice):
      switch notice {
      case .password:
        "Dein Passwort ist geändert. Alle Apps und anderen Browser sind abgemeldet."
      case .email:
        """
        Deine E-Mail-Adresse ist geändert. Bestätige sie, damit du dein Passwort zurücksetzen kannst.
        """
      case .emailConfirmed: "Deine E-Mail-Adresse ist bestätigt."
      case .handle: "Dein Handle ist geändert."
      case .revoked: "Die App hat keinen Zugriff mehr."
      case .forgotten: "Die App wird dich wieder fragen."
      case .signedOut: "Der Browser ist abgemeldet."
      case .appPasswordRevoked: "Das App-Passwort gilt nicht mehr."
      case .deactivated: "Dein Konto ist deaktiviert."
      case .activated: "Dein Konto ist wieder aktiv."
      }

    case .enterPassword: "Gib dein Passwort ein."
    case .wrongPassword: "Das Passwort ist falsch."
    case .passwordsDiffer: "Die beiden neuen Passwörter stimmen nicht überein."
    case .enterEmail: "Gib die E-Mail-Adresse ein."
    case .enterName: "Gib einen Namen für das App-Passwort ein."
    case .enterCode: "Gib den Code aus der E-Mail ein."
    case .enterCodeAndPassword: "Gib den Code und ein neues Passwort ein."
    case .invalidHandle(let reason): "Das ist kein gültiger Handle: \(reason)."
    case .handleTaken: "Dieser Handle ist nicht verfügbar."
    case .inviteInvalid: "Dieser Einladungscode ist nicht verfügbar."
    case .codeInvalid: "Dieser Code ist ungültig."
    case .codeExpired: "Dieser Code ist abgelaufen."
    case .passwordLength: "Ein Passwort hat 8 bis 256 Zeichen."
    case .failed(let reason): "Das hat nicht geklappt: \(reason)"
    case .verbatim(let text): text

    case .linkBroken: "Dieser Link funktioniert nicht"
    case .linkDamaged(let reason): "Der Link ist beschädigt: \(reason)."
    case .formDamaged(let reason): "Das Formular ist beschädigt: \(reason)."
    case .notAForm: "Dieses Formular ist nicht lesbar"
    case .notAFormText:
      """
      Der Server liest nur Formulare dieser Seite. Gehe zurück und versuche es noch einmal.
      """
    case .formTooLong: "Dieses Formular ist zu lang"
    case .formTooLongText: "Kürze deine Eingaben und versuche es noch einmal."
    case .wrongMethod: "So funktioniert diese Seite nicht"
    case .wrongMethodText: "Öffne die Seite noch einmal und verwende ihre Schaltflächen."
    case .formExpired: "Dieses Formular ist abgelaufen"
    case .formExpiredText:
      """
      Zu deiner Sicherheit wurde nichts geändert. Gehe zurück, lade die Seite neu und versuche es noch \
      einmal. Wenn das nicht hilft, erlaube Cookies für diese Website.
      """
    case .embedded: "Öffne diese Seite einzeln"
    case .embeddedText:
      """
      Diese Seite kann nicht innerhalb einer anderen angezeigt werden. Öffne sie in einem eigenen Tab.
      """
    case .tooManyAttempts: "Zu viele Versuche"
    case .wait(let seconds): "Warte \(Self.duration(seconds)) und versuche es noch einmal."
    case .busy: "Der Server ist ausgelastet"
    case .busyText: "Versuche es gleich noch einmal."
    case .failure: "Etwas ist schiefgegangen"
    case .failureText: "Der Server konnte das nicht ausführen. Versuche es später noch einmal."
    case .noAccess: "Kein Zugriff"
    case .didNotWork: "Das hat nicht geklappt"
    case .nothingAsked:
      """
      Die App hat nicht angegeben, wer sie ist oder worum sie bittet. Gehe zurück zur App und versuche \
      es noch einmal.
      """
    case .requestUnknown:
      """
      Dieser Server kennt die Anfrage der App nicht. Gehe zurück zur App und versuche es noch einmal.
      """
    case .requestExpired:
      "Die Anfrage der App ist abgelaufen. Gehe zurück zur App und versuche es noch einmal."
    case .requestAnswered:
      """
      Du hast diese Anfrage schon beantwortet. Gehe zurück zur App und versuche es noch einmal.
      """
    case .requestElsewhere:
      """
      Die Anfrage der App wurde in einem anderen Browser geöffnet. Gehe zurück zur App und versuche es \
      noch einmal.
      """
    case .requestForAnotherAccount:
      """
      Die Anfrage der App gilt einem anderen Konto. Gehe zurück zur App und versuche es noch einmal.
      """
    case .appUnusable: "Diese App kann nicht verwendet werden"
    case .appInvalid(let reason): "Ihre Beschreibung ist ungültig: \(reason)."

    case .justNow: "gerade eben"
    case .minutesAgo(let count): count == 1 ? "vor 1 Minute" : "vor \(count) Minuten"
    case .hoursAgo(let count): count == 1 ? "vor 1 Stunde" : "vor \(count) Stunden"
    case .yesterday: "gestern"
    case .daysAgo(let count): "vor \(count) Tagen"
    case .date(let year, let month, let day): "\(day).\(month).\(year)"
    }
  }

  private static func verbs(_ actions: [RepoAction]) -> String {
    PageLanguage.german.list(
      actions.map { action in
        switch action {
        case .create: "erstellen"
        case .update: "ändern"
        case .delete: "löschen"
        }
      }
    )
  }

  private static func duration(_ seconds: Int) -> String {
    switch WaitingTime(seconds) {
    case .seconds(let count): count == 1 ? "1 Sekunde" : "\(count) Sekunden"
    case .minutes(let count): count == 1 ? "1 Minute" : "\(count) Minuten"
    case .hours(let count): count == 1 ? "1 Stunde" : "\(count) Stunden"
    }
  }
}

extension Phrase.Service {
  fileprivate var german: String {
    switch self {
    case .any: "beliebige Dienste"
    case .bluesky: "Bluesky"
    case .blueskyNotifications: "die Bluesky-Benachrichtigungen"
    case .blueskyMessages: "die Bluesky-Direktnachrichten"
    case .other(let service): "den Dienst \(service)"
    }
  }
}

extension Phrase.MediaKind {
  fileprivate var german: String {
    switch self {
    case .audio: "Tonaufnahmen"
    case .image: "Bilder"
    case .video: "Videos"
    }
  }
}

extension RecordName {
  /// In the accusative case.
  fileprivate var german: String {
    switch self {
    case .profile: "dein Profil"
    case .status: "deinen Status"
    case .feeds: "deine Feeds"
    case .likes: "deine Likes"
    case .posts: "deine Beiträge"
    case .quoteSettings: "deine Zitat-Einstellungen"
    case .reposts: "deine Reposts"
    case .replySettings: "deine Antwort-Einstellungen"
    case .blocks: "deine Blockierungen"
    case .follows: "deine Follows"
    case .lists: "deine Listen"
    case .listBlocks: "deine Blockierungen von Listen"
    case .listMembers: "die Mitglieder deiner Listen"
    case .starterPacks: "deine Startpakete"
    case .verifications: "deine Verifizierungen"
    case .labeler: "deinen Labeler"
    case .notificationSettings: "deine Benachrichtigungs-Einstellungen"
    case .messageSettings: "deine Direktnachrichten-Einstellungen"
    case .lexicons: "deine Lexicons"
    case .statuses: "deine Statusmeldungen"
    }
  }
}
