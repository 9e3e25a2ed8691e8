import ATProtoAuth

extension Phrase {
  var french: String {
    switch self {
    case .skipToContent: "Aller au contenu"
    case .home: "Accueil"
    case .termsOfService: "Conditions d’utilisation"
    case .privacyPolicy: "Politique de confidentialité"
    case .help: "Aide"
    case .cancel: "Annuler"
    case .done: "Terminé"
    case .backToAccount: "Retour à votre compte"

    case .signIn: "Se connecter"
    case .identifier: "Pseudo ou e-mail"
    case .password: "Mot de passe"
    case .staySignedIn: "Rester connecté pendant 7 jours sur ce navigateur"
    case .forgotPassword: "Mot de passe oublié ?"
    case .resetIt: "Réinitialisez-le"
    case .newHere: "Vous n’avez pas de compte ?"
    case .chooseAccount: "Choisissez un compte"
    case .useAnotherAccount: "Utiliser un autre compte"
    case .severalAccounts: "Plusieurs comptes sont connectés sur ce navigateur."
    case .appAsksForAccess(let server):
      "Une application demande l’accès à votre compte sur \(server)."
    case .appAsksForAnAccount(let server):
      "Une application demande l’accès à l’un de vos comptes sur \(server)."
    case .signInToAccount: "Connectez-vous à votre compte"
    case .signInToAccountLead(let server):
      "Voyez quelles applications utilisent votre compte sur \(server) et modifiez ses paramètres."
    case .wrongCredentials:
      """
      Le nom ou le mot de passe est incorrect. Utilisez le mot de passe de votre compte, pas un mot de \
      passe d’application.
      """
    case .takenDown:
      "Ce compte a été suspendu. Contactez l’administration de ce serveur."
    case .anotherAccountWanted(let name):
      name.map { "L’application demande un autre compte : \($0)." }
        ?? "L’application demande un autre compte. Connectez-vous avec celui-ci."

    case .createAnAccount: "Créer un compte"
    case .createAccount: "Créer le compte"
    case .haveAccount: "Vous avez déjà un compte ?"
    case .handle: "Pseudo"
    case .handleHint(let domains):
      "Votre nom public, qui se termine par \(PageLanguage.french.choice(domains))."
    case .email: "E-mail"
    case .passwordHint: "Au moins 8 caractères."
    case .inviteCode: "Code d’invitation"
    case .onlyAccountWanted(let name): "L’application demande \(name)."

    case .consentTitle(let app):
      "Autoriser \(app ?? "cette application") à utiliser votre compte ?"
    case .developmentWarning:
      """
      Cette application est en cours de développement sur votre ordinateur. Ne continuez que si vous \
      l’avez lancée.
      """
    case .consentHeading: "Cette application pourra"
    case .whatIsIncluded: "Ce que cela comprend"
    case .showAllNames(let count): "Afficher les \(count) noms"
    case .authorize: "Autoriser"
    case .deny: "Refuser"
    case .doNotShare: "Ne pas autoriser"
    case .willReturn(let destination): "Vous reviendrez ensuite à \(destination)."
    case .appOnThisDevice: "l’application sur cet appareil"
    case .canWithdraw:
      "Vous pouvez retirer l’accès à tout moment sur la [page de votre compte]."
    case .accountIsDeactivated: "Ce compte est désactivé"
    case .accountIsDeactivatedLead(let handle):
      """
      Les applications ne peuvent pas utiliser @\(handle) tant que vous ne l’avez pas réactivé sur la \
      page de votre compte. Revenez ensuite à l’application et réessayez.
      """
    case .backToApp: "Retour à l’application"
    case .openAccountPage: "Ouvrir la page du compte"
    case .youAreSignedIn: "Connexion réussie"
    case .continueToApp: "Continuez pour revenir à l’application."
    case .continueButton: "Continuer"

    case .knowWhoYouAre:
      "Savoir qui vous êtes : votre pseudo, votre DID et vos données publiques"
    case .changeIdentity:
      "Modifier votre identité : votre pseudo, vos clés et le serveur de votre compte"
    case .changeHandlePermission: "Modifier votre pseudo"
    case .seeEmail: "Voir votre adresse e-mail"
    case .manageEmail: "Voir et modifier votre adresse e-mail"
    case .replaceRepository: "Remplacer toutes vos données par un dépôt venu d’ailleurs"
    case .changeEverything:
      """
      Créer, modifier et supprimer toutes vos données publiques, comme vos posts, vos likes et vos \
      abonnements
      """
    case .uploadMedia: "Envoyer des images, des vidéos et d’autres fichiers"
    case .useServices:
      "Utiliser d’autres services en votre nom, lire et modifier vos préférences"
    case .directMessages: "Lire et envoyer vos messages privés"
    case .changeRecords(let actions, let names):
      "\(Self.verbs(actions)) \(PageLanguage.french.list(names.map(\.french)))"
    case .changeAllRecords(let actions):
      "\(Self.verbs(actions)) toutes vos données publiques, de toute nature"
    case .changeOtherRecords(let actions, let isOne):
      "\(Self.verbs(actions)) vos enregistrements de \(isOne ? "ce type" : "ces types")"
    case .call(let service, let isOne):
      "Envoyer \(isOne ? "cette requête" : "ces requêtes") \(service.frenchTarget) en votre nom"
    case .callWithoutLimits(let service): "Utiliser \(service.french) en votre nom, sans limites"
    case .uploadFiles: "Envoyer des fichiers de tout type"
    case .uploadKinds(let kinds): "Envoyer \(PageLanguage.french.list(kinds.map(\.french)))"
    case .uploadFilesOfTheseKinds: "Envoyer des fichiers de ces types"

    case .yourAccount: "Votre compte"
    case .signOut: "Se déconnecter"
    case .confirmed: "confirmé"
    case .notConfirmed: "non confirmé"
    case .passwordNote: "Le modifier déconnecte toutes les applications et tous les navigateurs."
    case .change: "Modifier"
    case .export: "Exporter"
    case .exportNote: "Vos données publiques dans un seul fichier (CAR)."
    case .download: "Télécharger"
    case .deactivate: "Désactiver"
    case .deactivated: "Désactivé"
    case .deactivateNote: "Masquer votre compte jusqu’à ce que vous le réactiviez."
    case .deactivatedNote: "Votre compte est masqué."
    case .activate: "Activer"
    case .delete: "Supprimer"
    case .deleteNote: "Supprimer définitivement votre compte et toutes ses données."
    case .yourData: "Vos données"
    case .appsWithAccess: "Applications autorisées"
    case .noApps: "Aucune application n’a accès à votre compte."
    case .signedInSince: "Connexion :"
    case .lastUsed: "Dernière utilisation :"
    case .revoke: "Révoquer"
    case .whatItCanDo: "Ce qu’elle peut faire"
    case .earlierApps: "Applications autorisées auparavant"
    case .earlierAppsNote:
      """
      Elles n’ont pas accès pour le moment. À votre prochaine connexion, elles ne vous demanderont \
      peut-être plus votre accord.
      """
    case .granted: "Autorisation :"
    case .forget: "Oublier"
    case .browsers: "Navigateurs connectés"
    case .thisBrowser: "ce navigateur"
    case .lastSeen: "Dernière visite :"
    case .browser(let name, let system): "\(name) sur \(system)"
    case .someBrowser(let system): "Navigateur sur \(system)"
    case .unknownBrowser: "Navigateur inconnu"
    case .appPasswords: "Mots de passe d’application"
    case .appPasswordsNote:
      """
      Pour les applications auxquelles vous ne pouvez pas vous connecter par cette page. Un mot de passe \
      d’application ne permet pas de modifier votre compte.
      """
    case .create: "Créer"
    case .created: "Création :"
    case .privileged: "messages privés"
    case .inviteCodes: "Codes d’invitation"
    case .usesLeft(let count):
      count == 1 ? "1 utilisation restante" : "\(count) utilisations restantes"

    case .changePassword: "Modifier votre mot de passe"
    case .changePasswordButton: "Modifier le mot de passe"
    case .currentPassword: "Mot de passe actuel"
    case .newPassword: "Nouveau mot de passe"
    case .newPasswordAgain: "Nouveau mot de passe, encore une fois"
    case .changePasswordLead:
      """
      Cela déconnecte toutes les applications et tous les autres navigateurs. Les mots de passe \
      d’application restent valables.
      """
    case .changeEmail: "Modifier votre e-mail"
    case .changeEmailButton: "Modifier l’e-mail"
    case .newEmail: "Nouvel e-mail"
    case .presentEmail(let email): "Votre e-mail actuel est \(email)."
    case .emailUnconfirmed:
      "Il n’est pas confirmé : il se peut que nos messages ne vous parviennent pas."
    case .sendConfirmationCode: "Envoyer un code pour le confirmer"
    case .confirmEmail: "Confirmer votre e-mail"
    case .confirm: "Confirmer"
    case .codeSent(let email): "Nous avons envoyé un code à \(email)."
    case .codeSentForEmail(let email):
      "Nous avons envoyé un code à \(email). Saisissez-le avec votre mot de passe."
    case .code: "Code reçu par e-mail"
    case .changeHandle: "Modifier votre pseudo"
    case .changeHandleButton: "Modifier le pseudo"
    case .newHandle: "Nouveau pseudo"
    case .changeHandleLead:
      "On vous trouve par votre pseudo. Vous gardez vos posts et vos abonnés."
    case .newHandleHint(let domains, let did):
      """
      Il se termine par \(PageLanguage.french.choice(domains)), ou c’est un domaine à vous dont \
      l’enregistrement TXT _atproto est did=\(did).
      """
    case .createAppPassword: "Créer un mot de passe d’application"
    case .createAppPasswordButton: "Créer le mot de passe"
    case .createAppPasswordLead:
      "Pour une application à laquelle vous ne pouvez pas vous connecter par cette page."
    case .name: "Nom"
    case .nameHint: "Par exemple, le nom de l’application."
    case .allowMessages: "Autoriser l’accès aux messages privés"
    case .newAppPassword: "Votre nouveau mot de passe d’application"
    case .newAppPasswordLead:
      "Saisissez-le maintenant dans l’application. Il ne sera plus affiché."
    case .activateAccount: "Activer votre compte"
    case .activateLead: "Votre compte et vos données seront de nouveau visibles."
    case .deactivateAccount: "Désactiver votre compte"
    case .deactivateLead:
      """
      Votre compte et vos données seront masqués jusqu’à ce que vous le réactiviez. Rien n’est supprimé.
      """
    case .deleteAccount: "Supprimer votre compte"
    case .deleteAccountButton: "Supprimer mon compte"
    case .deleteLead(let handle):
      "@\(handle) et toutes ses données seront supprimés. Cette action est irréversible."
    case .willSendCode(let email):
      "Pour nous assurer que c’est bien vous, nous enverrons un code à \(email)."
    case .sendCode: "Envoyer le code"
    case .accountDeleted: "Votre compte est supprimé"
    case .accountDeletedLead:
      "Ses données ne sont plus sur ce serveur. Les autres serveurs supprimeront leurs copies."
    case .resetPassword: "Réinitialiser votre mot de passe"
    case .resetLead: "Nous enverrons un code à l’e-mail de votre compte."
    case .backToSignIn: "Retour à la connexion"
    case .setNewPassword: "Choisissez un nouveau mot de passe"
    case .resetCodeSent: "Si un compte a cet e-mail, nous lui avons envoyé un code."
    case .setPassword: "Enregistrer le mot de passe"
    case .noMail: "Rien reçu ?"
    case .sendAnotherCode: "Envoyer un autre code"
    case .passwordChanged: "Votre mot de passe est modifié"
    case .passwordChangedLead: "Vous pouvez vous connecter avec celui-ci."
    case .notice(let notice):
      switch notice {
      case .password:
        """
        Votre mot de passe est modifié. Toutes les applications et tous les autres navigateurs sont \
        déconnectés.
        """
      case .email:
        """
        Votre e-mail est modifié. Confirmez-le pour pouvoir réinitialiser votre mot de passe.
        """
      case .emailConfirmed: "Votre e-mail est confirmé."
      case .handle: "Votre pseudo est modifié."
      case .revoked: "L’application n’a plus accès à votre compte."
      case .forgotten: "L’application vous demandera de nouveau votre accord."
      case .signedOut: "Le navigateur est déconnecté."
      case .appPasswordRevoked: "Le mot de passe d’application n’est plus valable."
      case .deactivated: "Votre compte est désactivé."
      case .activated: "Votre compte est de nouveau actif."
      }

    case .enterPassword: "Saisissez votre mot de passe."
    case .wrongPassword: "Le mot de passe est incorrect."
    case .passwordsDiffer: "Les deux nouveaux mots de passe ne sont pas identiques."
    case .enterEmail: "Saisissez l’e-mail."
    case .enterName: "Saisissez un nom pour le mot de passe d’application."
    case .enterCode: "Saisissez le code reçu par e-mail."
    case .enterCodeAndPassword: "Saisissez le code et un nouveau mot de passe."
    case .invalidHandle(let reason): "Ce pseudo n’est pas valide : \(reason)."
    case .handleTaken: "Ce pseudo n’est pas disponible."
    case .inviteInvalid: "Ce code d’invitation n’est pas disponible."
    case .codeInvalid: "Ce code n’est pas valide."
    case .codeExpired: "Ce code a expiré."
    case .passwordLength: "Un mot de passe compte de 8 à 256 caractères."
    case .failed(let reason): "Cela n’a pas fonctionné : \(reason)"
    case .verbatim(let text): text

    case .linkBroken: "Ce lien ne fonctionne pas"
    case .linkDamaged(let reason): "Le lien est endommagé : \(reason)."
    case .formDamaged(let reason): "Le formulaire est endommagé : \(reason)."
    case .notAForm: "Ce formulaire est illisible"
    case .notAFormText:
      "Le serveur ne lit que les formulaires de cette page. Revenez en arrière et réessayez."
    case .formTooLong: "Ce formulaire est trop long"
    case .formTooLongText: "Raccourcissez votre saisie et réessayez."
    case .wrongMethod: "Cette page ne fonctionne pas ainsi"
    case .wrongMethodText: "Rouvrez la page et utilisez ses boutons."
    case .formExpired: "Ce formulaire a expiré"
    case .formExpiredText:
      """
      Pour votre sécurité, rien n’a été modifié. Revenez en arrière, rechargez la page et réessayez. Si \
      cela ne suffit pas, autorisez les cookies de ce site.
      """
    case .embedded: "Ouvrez cette page à part"
    case .embeddedText:
      """
      Cette page ne peut pas être affichée dans une autre. Ouvrez-la dans un onglet à part.
      """
    case .tooManyAttempts: "Trop de tentatives"
    case .wait(let seconds): "Attendez \(Self.duration(seconds)), puis réessayez."
    case .busy: "Le serveur est occupé"
    case .busyText: "Réessayez dans un instant."
    case .failure: "Une erreur s’est produite"
    case .failureText: "Le serveur n’a pas pu faire cela. Réessayez plus tard."
    case .noAccess: "Accès refusé"
    case .didNotWork: "Cela n’a pas fonctionné"
    case .nothingAsked:
      """
      L’application n’a pas indiqué qui elle est ni ce qu’elle demande. Revenez à l’application et \
      réessayez.
      """
    case .requestUnknown:
      """
      Ce serveur ne connaît pas la demande de l’application. Revenez à l’application et réessayez.
      """
    case .requestExpired:
      "La demande de l’application a expiré. Revenez à l’application et réessayez."
    case .requestAnswered:
      "Vous avez déjà répondu à cette demande. Revenez à l’application et réessayez."
    case .requestElsewhere:
      """
      La demande de l’application a été ouverte dans un autre navigateur. Revenez à l’application et \
      réessayez.
      """
    case .requestForAnotherAccount:
      """
      La demande de l’application concerne un autre compte. Revenez à l’application et réessayez.
      """
    case .appUnusable: "Cette application ne peut pas être utilisée"
    case .appInvalid(let reason): "Sa description n’est pas valide : \(reason)."

    case .justNow: "à l’instant"
    case .minutesAgo(let count): count == 1 ? "il y a 1 minute" : "il y a \(count) minutes"
    case .hoursAgo(let count): count == 1 ? "il y a 1 heure" : "il y a \(count) heures"
    case .yesterday: "hier"
    case .daysAgo(let count): "il y a \(count) jours"
    case .date(let year, let month, let day): "\(day)/\(month)/\(year)"
    }
  }

  private static func verbs(_ actions: [RepoAction]) -> String {
    PageLanguage.french.list(
      actions.map { action in
        switch action {
        case .create: "créer"
        case .update: "modifier"
        case .delete: "supprimer"
        }
      }
    ).capitalizedFirst
  }

  private static func duration(_ seconds: Int) -> String {
    switch WaitingTime(seconds) {
    case .seconds(let count): count == 1 ? "1 seconde" : "\(count) secondes"
    case .minutes(let count): count == 1 ? "1 minute" : "\(count) minutes"
    case .hours(let count): count == 1 ? "1 heure" : "\(count) heures"
    }
  }
}

extension Phrase.Service {
  fileprivate var french: String {
    switch self {
    case .any: "n’importe quel service"
    case .bluesky: "Bluesky"
    case .blueskyNotifications: "Bluesky (notifications)"
    case .blueskyMessages: "Bluesky (messages privés)"
    case .other(let service): "le service \(service)"
    }
  }

  /// With a preposition.
  fileprivate var frenchTarget: String {
    if case .other(let service) = self { "au service \(service)" } else { "à \(french)" }
  }
}

extension Phrase.MediaKind {
  fileprivate var french: String {
    switch self {
    case .audio: "des enregistrements sonores"
    case .image: "des images"
    case .video: "des vidéos"
    }
  }
}

extension RecordName {
  fileprivate var french: String {
    switch self {
    case .profile: "votre profil"
    case .status: "votre statut"
    case .feeds: "vos fils d’actu"
    case .likes: "vos likes"
    case .posts: "vos posts"
    case .quoteSettings: "vos paramètres de citation"
    case .reposts: "vos reposts"
    case .replySettings: "vos paramètres de réponse"
    case .blocks: "vos blocages"
    case .follows: "vos abonnements"
    case .lists: "vos listes"
    case .listBlocks: "vos blocages de listes"
    case .listMembers: "les membres de vos listes"
    case .starterPacks: "vos kits de démarrage"
    case .verifications: "vos vérifications"
    case .labeler: "votre étiqueteur"
    case .notificationSettings: "vos paramètres de notification"
    case .messageSettings: "vos paramètres de messages privés"
    case .lexicons: "vos lexicons"
    case .statuses: "vos statuts"
    }
  }
}
