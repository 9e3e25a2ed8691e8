import ATProtoAuth

extension Phrase {
  var spanish: String {
    switch self {
    case .skipToContent: "Ir al contenido"
    case .home: "Inicio"
    case .termsOfService: "Condiciones del servicio"
    case .privacyPolicy: "Política de privacidad"
    case .help: "Ayuda"
    case .cancel: "Cancelar"
    case .done: "Listo"
    case .backToAccount: "Volver a tu cuenta"

    case .signIn: "Iniciar sesión"
    case .identifier: "Nombre de usuario o correo electrónico"
    case .password: "Contraseña"
    case .staySignedIn: "Mantener la sesión iniciada en este navegador durante 7 días"
    case .forgotPassword: "¿Olvidaste tu contraseña?"
    case .resetIt: "Restablécela"
    case .newHere: "¿No tienes cuenta?"
    case .chooseAccount: "Elige una cuenta"
    case .useAnotherAccount: "Usar otra cuenta"
    case .severalAccounts: "En este navegador hay varias cuentas con la sesión iniciada."
    case .appAsksForAccess(let server):
      "Una aplicación solicita acceso a tu cuenta en \(server)."
    case .appAsksForAnAccount(let server):
      "Una aplicación solicita acceso a una de tus cuentas en \(server)."
    case .signInToAccount: "Inicia sesión en tu cuenta"
    case .signInToAccountLead(let server):
      "Consulta qué aplicaciones usan tu cuenta en \(server) y cambia sus ajustes."
    case .wrongCredentials:
      """
      El nombre o la contraseña no son correctos. Usa la contraseña de tu cuenta, no una contraseña de \
      aplicación.
      """
    case .takenDown:
      "Esta cuenta ha sido suspendida. Ponte en contacto con quien administra este servidor."
    case .anotherAccountWanted(let name):
      name.map { "La aplicación solicita otra cuenta: \($0)." }
        ?? "La aplicación solicita otra cuenta. Inicia sesión con ella."

    case .createAnAccount: "Crear una cuenta"
    case .createAccount: "Crear cuenta"
    case .haveAccount: "¿Ya tienes cuenta?"
    case .handle: "Nombre de usuario"
    case .handleHint(let domains):
      "Tu nombre público; termina en \(PageLanguage.spanish.choice(domains))."
    case .email: "Correo electrónico"
    case .passwordHint: "Al menos 8 caracteres."
    case .inviteCode: "Código de invitación"
    case .onlyAccountWanted(let name): "La aplicación solicita \(name)."

    case .consentTitle(let app): "¿Permitir que \(app ?? "esta aplicación") use tu cuenta?"
    case .developmentWarning:
      """
      Esta aplicación se está desarrollando en tu ordenador. Continúa solo si la iniciaste tú.
      """
    case .consentHeading: "Esta aplicación podrá"
    case .whatIsIncluded: "Qué incluye"
    case .showAllNames(let count): "Mostrar los \(count) nombres"
    case .authorize: "Autorizar"
    case .deny: "Rechazar"
    case .doNotShare: "No permitir esto"
    case .willReturn(let destination): "Volverás a \(destination)."
    case .appOnThisDevice: "la aplicación de este dispositivo"
    case .canWithdraw:
      "Puedes retirar el acceso en cualquier momento en la [página de tu cuenta]."
    case .accountIsDeactivated: "Esta cuenta está desactivada"
    case .accountIsDeactivatedLead(let handle):
      """
      Las aplicaciones no pueden usar @\(handle) hasta que reactives la cuenta en la página de tu \
      cuenta. Después, vuelve a la aplicación e inténtalo de nuevo.
      """
    case .backToApp: "Volver a la aplicación"
    case .openAccountPage: "Abrir la página de la cuenta"
    case .youAreSignedIn: "Has iniciado sesión"
    case .continueToApp: "Continúa para volver a la aplicación."
    case .continueButton: "Continuar"

    case .knowWhoYouAre:
      "Saber quién eres: tu nombre de usuario, tu DID y tus datos públicos"
    case .changeIdentity:
      "Cambiar tu identidad: tu nombre de usuario, tus claves y el servidor de tu cuenta"
    case .changeHandlePermission: "Cambiar tu nombre de usuario"
    case .seeEmail: "Ver tu dirección de correo electrónico"
    case .manageEmail: "Ver y cambiar tu dirección de correo electrónico"
    case .replaceRepository: "Reemplazar todos tus datos por un repositorio de otro lugar"
    case .changeEverything:
      """
      Crear, modificar y eliminar todos tus datos públicos, como publicaciones, me gusta y seguimientos
      """
    case .uploadMedia: "Subir imágenes, vídeos y otros archivos"
    case .useServices: "Usar otros servicios en tu nombre, y leer y cambiar tus preferencias"
    case .directMessages: "Leer y enviar tus mensajes directos"
    case .changeRecords(let actions, let names):
      "\(Self.verbs(actions)) \(PageLanguage.spanish.list(names.map(\.spanish)))"
    case .changeAllRecords(let actions):
      "\(Self.verbs(actions)) todos tus datos públicos, de cualquier tipo"
    case .changeOtherRecords(let actions, let isOne):
      "\(Self.verbs(actions)) tus registros de \(isOne ? "este tipo" : "estos tipos")"
    case .call(let service, let isOne):
      "Hacer \(isOne ? "esta solicitud" : "estas solicitudes") \(service.spanishTarget) en tu nombre"
    case .callWithoutLimits(let service): "Usar \(service.spanish) en tu nombre, sin límites"
    case .uploadFiles: "Subir archivos de cualquier tipo"
    case .uploadKinds(let kinds): "Subir \(PageLanguage.spanish.list(kinds.map(\.spanish)))"
    case .uploadFilesOfTheseKinds: "Subir archivos de estos tipos"

    case .yourAccount: "Tu cuenta"
    case .signOut: "Cerrar sesión"
    case .confirmed: "confirmado"
    case .notConfirmed: "sin confirmar"
    case .passwordNote: "Al cambiarla se cierra la sesión en todas las aplicaciones y navegadores."
    case .change: "Cambiar"
    case .export: "Exportar"
    case .exportNote: "Tus datos públicos en un solo archivo (CAR)."
    case .download: "Descargar"
    case .deactivate: "Desactivar"
    case .deactivated: "Desactivada"
    case .deactivateNote: "Oculta tu cuenta hasta que la reactives."
    case .deactivatedNote: "Tu cuenta está oculta."
    case .activate: "Activar"
    case .delete: "Eliminar"
    case .deleteNote: "Elimina tu cuenta y todos sus datos para siempre."
    case .yourData: "Tus datos"
    case .appsWithAccess: "Aplicaciones con acceso"
    case .noApps: "Ninguna aplicación tiene acceso a tu cuenta."
    case .signedInSince: "Sesión iniciada:"
    case .lastUsed: "Último uso:"
    case .revoke: "Revocar"
    case .whatItCanDo: "Qué puede hacer"
    case .earlierApps: "Aplicaciones que autorizaste antes"
    case .earlierAppsNote:
      """
      Ahora no tienen acceso. Cuando vuelvas a iniciar sesión en ellas, es posible que no te pregunten \
      de nuevo.
      """
    case .granted: "Autorizada:"
    case .forget: "Olvidar"
    case .browsers: "Navegadores con la sesión iniciada"
    case .thisBrowser: "este navegador"
    case .lastSeen: "Última visita:"
    case .browser(let name, let system): "\(name) en \(system)"
    case .someBrowser(let system): "Navegador en \(system)"
    case .unknownBrowser: "Navegador desconocido"
    case .appPasswords: "Contraseñas de aplicación"
    case .appPasswordsNote:
      """
      Para aplicaciones en las que no puedes iniciar sesión a través de esta página. Una contraseña de \
      aplicación no puede modificar tu cuenta.
      """
    case .create: "Crear"
    case .created: "Creada:"
    case .privileged: "mensajes directos"
    case .inviteCodes: "Códigos de invitación"
    case .usesLeft(let count): count == 1 ? "queda 1 uso" : "quedan \(count) usos"

    case .changePassword: "Cambiar tu contraseña"
    case .changePasswordButton: "Cambiar contraseña"
    case .currentPassword: "Contraseña actual"
    case .newPassword: "Contraseña nueva"
    case .newPasswordAgain: "Repite la contraseña nueva"
    case .changePasswordLead:
      """
      Se cerrará la sesión en todas las aplicaciones y en los demás navegadores. Las contraseñas de \
      aplicación seguirán funcionando.
      """
    case .changeEmail: "Cambiar tu correo electrónico"
    case .changeEmailButton: "Cambiar correo"
    case .newEmail: "Correo electrónico nuevo"
    case .presentEmail(let email): "Tu correo electrónico actual es \(email)."
    case .emailUnconfirmed:
      "No está confirmado, así que es posible que no recibas nuestros mensajes."
    case .sendConfirmationCode: "Enviar un código para confirmarlo"
    case .confirmEmail: "Confirmar tu correo electrónico"
    case .confirm: "Confirmar"
    case .codeSent(let email): "Hemos enviado un código a \(email)."
    case .codeSentForEmail(let email):
      "Hemos enviado un código a \(email). Introdúcelo junto con tu contraseña."
    case .code: "Código del correo"
    case .changeHandle: "Cambiar tu nombre de usuario"
    case .changeHandleButton: "Cambiar nombre de usuario"
    case .newHandle: "Nombre de usuario nuevo"
    case .changeHandleLead:
      """
      La gente te encuentra por tu nombre de usuario. Conservarás tus publicaciones y seguidores.
      """
    case .newHandleHint(let domains, let did):
      """
      Termina en \(PageLanguage.spanish.choice(domains)), o es un dominio tuyo cuyo registro TXT \
      _atproto es did=\(did).
      """
    case .createAppPassword: "Crear una contraseña de aplicación"
    case .createAppPasswordButton: "Crear contraseña de aplicación"
    case .createAppPasswordLead:
      "Para una aplicación en la que no puedes iniciar sesión a través de esta página."
    case .name: "Nombre"
    case .nameHint: "Por ejemplo, el nombre de la aplicación."
    case .allowMessages: "Permitir el acceso a los mensajes directos"
    case .newAppPassword: "Tu nueva contraseña de aplicación"
    case .newAppPasswordLead: "Introdúcela ahora en la aplicación. Solo se muestra esta vez."
    case .activateAccount: "Activar tu cuenta"
    case .activateLead: "Tu cuenta y tus datos volverán a ser visibles."
    case .deactivateAccount: "Desactivar tu cuenta"
    case .deactivateLead:
      "Tu cuenta y tus datos quedarán ocultos hasta que la reactives. No se elimina nada."
    case .deleteAccount: "Eliminar tu cuenta"
    case .deleteAccountButton: "Eliminar mi cuenta"
    case .deleteLead(let handle):
      "Se eliminarán @\(handle) y todos sus datos. Esta acción no se puede deshacer."
    case .willSendCode(let email):
      "Para asegurarnos de que eres tú, enviaremos un código a \(email)."
    case .sendCode: "Enviar el código"
    case .accountDeleted: "Tu cuenta se ha eliminado"
    case .accountDeletedLead:
      "Sus datos ya no están en este servidor. Otros servidores eliminarán sus copias."
    case .resetPassword: "Restablecer tu contraseña"
    case .resetLead: "Enviaremos un código al correo electrónico de tu cuenta."
    case .backToSignIn: "Volver al inicio de sesión"
    case .setNewPassword: "Elige una contraseña nueva"
    case .resetCodeSent:
      "Si alguna cuenta tiene este correo electrónico, le hemos enviado un código."
    case .setPassword: "Guardar contraseña"
    case .noMail: "¿No te ha llegado?"
    case .sendAnotherCode: "Enviar otro código"
    case .passwordChanged: "Tu contraseña se ha cambiado"
    case .passwordChangedLead: "Ya puedes iniciar sesión con ella."
    case .notice(let notice):
      switch notice {
      case .password:
        """
        Tu contraseña se ha cambiado. Se ha cerrado la sesión en todas las aplicaciones y en los demás \
        navegadores.
        """
      case .email:
        """
        Tu correo electrónico se ha cambiado. Confírmalo para poder restablecer tu contraseña.
        """
      case .emailConfirmed: "Tu correo electrónico está confirmado."
      case .handle: "Tu nombre de usuario se ha cambiado."
      case .revoked: "La aplicación ya no tiene acceso."
      case .forgotten: "La aplicación volverá a preguntarte."
      case .signedOut: "Se ha cerrado la sesión en el navegador."
      case .appPasswordRevoked: "La contraseña de aplicación ya no funciona."
      case .deactivated: "Tu cuenta está desactivada."
      case .activated: "Tu cuenta vuelve a estar activa."
      }

    case .enterPassword: "Introduce tu contraseña."
    case .wrongPassword: "La contraseña no es correcta."
    case .passwordsDiffer: "Las dos contraseñas nuevas no coinciden."
    case .enterEmail: "Introduce el correo electrónico."
    case .enterName: "Introduce un nombre para la contraseña de aplicación."
    case .enterCode: "Introduce el código del correo."
    case .enterCodeAndPassword: "Introduce el código y una contraseña nueva."
    case .invalidHandle(let reason): "No es un nombre de usuario válido: \(reason)."
    case .handleTaken: "Este nombre de usuario no está disponible."
    case .inviteInvalid: "Este código de invitación no está disponible."
    case .codeInvalid: "Este código no es válido."
    case .codeExpired: "Este código ha caducado."
    case .passwordLength: "La contraseña debe tener entre 8 y 256 caracteres."
    case .failed(let reason): "No ha funcionado: \(reason)"
    case .verbatim(let text): text

    case .linkBroken: "Este enlace no funciona"
    case .linkDamaged(let reason): "El enlace está dañado: \(reason)."
    case .formDamaged(let reason): "El formulario está dañado: \(reason)."
    case .notAForm: "No se puede leer este formulario"
    case .notAFormText:
      "El servidor solo lee formularios de esta página. Vuelve atrás e inténtalo de nuevo."
    case .formTooLong: "Este formulario es demasiado largo"
    case .formTooLongText: "Acorta lo que has escrito e inténtalo de nuevo."
    case .wrongMethod: "Esta página no funciona así"
    case .wrongMethodText: "Vuelve a abrir la página y usa sus botones."
    case .formExpired: "Este formulario ha caducado"
    case .formExpiredText:
      """
      Por tu seguridad, no se ha cambiado nada. Vuelve atrás, recarga la página e inténtalo de nuevo. Si \
      no funciona, permite las cookies de este sitio.
      """
    case .embedded: "Abre esta página por separado"
    case .embeddedText:
      "Esta página no se puede mostrar dentro de otra. Ábrela en su propia pestaña."
    case .tooManyAttempts: "Demasiados intentos"
    case .wait(let seconds): "Espera \(Self.duration(seconds)) e inténtalo de nuevo."
    case .busy: "El servidor está ocupado"
    case .busyText: "Inténtalo de nuevo en un momento."
    case .failure: "Algo ha salido mal"
    case .failureText: "El servidor no ha podido hacerlo. Inténtalo de nuevo más tarde."
    case .noAccess: "Sin acceso"
    case .didNotWork: "No ha funcionado"
    case .nothingAsked:
      """
      La aplicación no ha indicado quién es ni qué solicita. Vuelve a la aplicación e inténtalo de nuevo.
      """
    case .requestUnknown:
      """
      Este servidor no conoce la solicitud de la aplicación. Vuelve a la aplicación e inténtalo de nuevo.
      """
    case .requestExpired:
      """
      La solicitud de la aplicación ha caducado. Vuelve a la aplicación e inténtalo de nuevo.
      """
    case .requestAnswered:
      "Ya has respondido a esta solicitud. Vuelve a la aplicación e inténtalo de nuevo."
    case .requestElsewhere:
      """
      La solicitud de la aplicación se abrió en otro navegador. Vuelve a la aplicación e inténtalo de \
      nuevo.
      """
    case .requestForAnotherAccount:
      """
      La solicitud de la aplicación es para otra cuenta. Vuelve a la aplicación e inténtalo de nuevo.
      """
    case .appUnusable: "No se puede usar esta aplicación"
    case .appInvalid(let reason): "Su descripción no es válida: \(reason)."

    case .justNow: "ahora mismo"
    case .minutesAgo(let count): count == 1 ? "hace 1 minuto" : "hace \(count) minutos"
    case .hoursAgo(let count): count == 1 ? "hace 1 hora" : "hace \(count) horas"
    case .yesterday: "ayer"
    case .daysAgo(let count): "hace \(count) días"
    case .date(let year, let month, let day): "\(day)/\(month)/\(year)"
    }
  }

  private static func verbs(_ actions: [RepoAction]) -> String {
    PageLanguage.spanish.list(
      actions.map { action in
        switch action {
        case .create: "crear"
        case .update: "modificar"
        case .delete: "eliminar"
        }
      }
    ).capitalizedFirst
  }

  private static func duration(_ seconds: Int) -> String {
    switch WaitingTime(seconds) {
    case .seconds(let count): count == 1 ? "1 segundo" : "\(count) segundos"
    case .minutes(let count): count == 1 ? "1 minuto" : "\(count) minutos"
    case .hours(let count): count == 1 ? "1 hora" : "\(count) horas"
    }
  }
}

extension Phrase.Service {
  fileprivate var spanish: String {
    switch self {
    case .any: "cualquier servicio"
    case .bluesky: "Bluesky"
    case .blueskyNotifications: "las notificaciones de Bluesky"
    case .blueskyMessages: "los mensajes directos de Bluesky"
    case .other(let service): "el servicio \(service)"
    }
  }

  /// With a preposition.
  fileprivate var spanishTarget: String {
    if case .other(let service) = self { "al servicio \(service)" } else { "a \(spanish)" }
  }
}

extension Phrase.MediaKind {
  fileprivate var spanish: String {
    switch self {
    case .audio: "grabaciones de sonido"
    case .image: "imágenes"
    case .video: "vídeos"
    }
  }
}

extension RecordName {
  fileprivate var spanish: String {
    switch self {
    case .profile: "tu perfil"
    case .status: "tu estado"
    case .feeds: "tus feeds"
    case .likes: "tus me gusta"
    case .posts: "tus publicaciones"
    case .quoteSettings: "tus ajustes de citas"
    case .reposts: "tus republicaciones"
    case .replySettings: "tus ajustes de respuestas"
    case .blocks: "tus bloqueos"
    case .follows: "tus seguimientos"
    case .lists: "tus listas"
    case .listBlocks: "tus bloqueos de listas"
    case .listMembers: "los miembros de tus listas"
    case .starterPacks: "tus paquetes de inicio"
    case .verifications: "tus verificaciones"
    case .labeler: "tu etiquetador"
    case .notificationSettings: "tus ajustes de notificaciones"
    case .messageSettings: "tus ajustes de mensajes directos"
    case .lexicons: "tus lexicons"
    case .statuses: "tus estados"
    }
  }
}
