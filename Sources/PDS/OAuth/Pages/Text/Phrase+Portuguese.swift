import ATProtoAuth

extension Phrase {
  /// As in Brazil.
  var portuguese: String {
    switch self {
    case .skipToContent: "Ir para o conteúdo"
    case .home: "Início"
    case .termsOfService: "Termos de serviço"
    case .privacyPolicy: "Política de privacidade"
    case .help: "Ajuda"
    case .cancel: "Cancelar"
    case .done: "Concluído"
    case .backToAccount: "Voltar para sua conta"

    case .signIn: "Entrar"
    case .identifier: "Nome de usuário ou e-mail"
    case .password: "Senha"
    case .staySignedIn: "Continuar conectado neste navegador por 7 dias"
    case .forgotPassword: "Esqueceu sua senha?"
    case .resetIt: "Redefinir"
    case .newHere: "Novo por aqui?"
    case .chooseAccount: "Escolha uma conta"
    case .useAnotherAccount: "Usar outra conta"
    case .severalAccounts: "Há várias contas conectadas neste navegador."
    case .appAsksForAccess(let server): "Um aplicativo pede acesso à sua conta em \(server)."
    case .appAsksForAnAccount(let server):
      "Um aplicativo pede acesso a uma de suas contas em \(server)."
    case .signInToAccount: "Entrar na sua conta"
    case .signInToAccountLead(let server):
      "Veja quais aplicativos usam sua conta em \(server) e altere as configurações dela."
    case .wrongCredentials:
      """
      O nome ou a senha está incorreto. Use a senha da sua conta, não uma senha de aplicativo.
      """
    case .takenDown:
      "Esta conta foi suspensa. Entre em contato com quem administra este servidor."
    case .anotherAccountWanted(let name):
      name.map { "O aplicativo pede outra conta: \($0)." }
        ?? "O aplicativo pede outra conta. Entre com ela."

    case .createAnAccount: "Criar uma conta"
    case .createAccount: "Criar conta"
    case .haveAccount: "Já tem uma conta?"
    case .handle: "Nome de usuário"
    case .handleHint(let domains):
      "Seu nome público, que termina em \(PageLanguage.portuguese.choice(domains))."
    case .email: "E-mail"
    case .passwordHint: "No mínimo 8 caracteres."
    case .inviteCode: "Código de convite"
    case .onlyAccountWanted(let name): "O aplicativo pede \(name)."

    case .consentTitle(let app): "Permitir que \(app ?? "este aplicativo") use sua conta?"
    case .developmentWarning:
      """
      Este aplicativo está em desenvolvimento no seu computador. Continue apenas se foi você quem o \
      iniciou.
      """
    case .consentHeading: "Este aplicativo poderá"
    case .whatIsIncluded: "O que está incluído"
    case .showAllNames(let count): "Mostrar todos os \(count) nomes"
    case .authorize: "Autorizar"
    case .deny: "Recusar"
    case .doNotShare: "Não permitir"
    case .willReturn(let destination): "Depois, você voltará para \(destination)."
    case .appOnThisDevice: "o aplicativo neste dispositivo"
    case .canWithdraw:
      "Você pode retirar o acesso a qualquer momento na [página da sua conta]."
    case .accountIsDeactivated: "Esta conta está desativada"
    case .accountIsDeactivatedLead(let handle):
      """
      Os aplicativos não podem usar @\(handle) até que você reative a conta na página da sua conta. \
      Depois, volte ao aplicativo e tente de novo.
      """
    case .backToApp: "Voltar ao aplicativo"
    case .openAccountPage: "Abrir a página da conta"
    case .youAreSignedIn: "Você entrou na sua conta"
    case .continueToApp: "Continue para voltar ao aplicativo."
    case .continueButton: "Continuar"

    case .knowWhoYouAre:
      "Saber quem você é: seu nome de usuário, seu DID e seus dados públicos"
    case .changeIdentity:
      "Alterar sua identidade: seu nome de usuário, suas chaves e o servidor da sua conta"
    case .changeHandlePermission: "Alterar seu nome de usuário"
    case .seeEmail: "Ver seu endereço de e-mail"
    case .manageEmail: "Ver e alterar seu endereço de e-mail"
    case .replaceRepository: "Substituir todos os seus dados por um repositório de outro lugar"
    case .changeEverything:
      """
      Criar, alterar e excluir todos os seus dados públicos, como posts, curtidas e contas seguidas
      """
    case .uploadMedia: "Enviar imagens, vídeos e outros arquivos"
    case .useServices:
      "Usar outros serviços em seu nome, e ler e alterar suas preferências"
    case .directMessages: "Ler e enviar suas mensagens diretas"
    case .changeRecords(let actions, let names):
      "\(Self.verbs(actions)) \(PageLanguage.portuguese.list(names.map(\.portuguese)))"
    case .changeAllRecords(let actions):
      "\(Self.verbs(actions)) todos os seus dados públicos, de qualquer tipo"
    case .changeOtherRecords(let actions, let isOne):
      "\(Self.verbs(actions)) seus registros \(isOne ? "deste tipo" : "destes tipos")"
    case .call(let service, let isOne):
      """
      Fazer \(isOne ? "esta solicitação" : "estas solicitações") \(service.portugueseTarget) em seu nome
      """
    case .callWithoutLimits(let service): "Usar \(service.portuguese) em seu nome, sem limites"
    case .uploadFiles: "Enviar arquivos de qualquer tipo"
    case .uploadKinds(let kinds): "Enviar \(PageLanguage.portuguese.list(kinds.map(\.portuguese)))"
    case .uploadFilesOfTheseKinds: "Enviar arquivos destes tipos"

    case .yourAccount: "Sua conta"
    case .signOut: "Sair"
    case .confirmed: "confirmado"
    case .notConfirmed: "não confirmado"
    case .passwordNote: "Ao alterá-la, todos os aplicativos e navegadores são desconectados."
    case .change: "Alterar"
    case .export: "Exportar"
    case .exportNote: "Seus dados públicos em um único arquivo (CAR)."
    case .download: "Baixar"
    case .deactivate: "Desativar"
    case .deactivated: "Desativada"
    case .deactivateNote: "Oculte sua conta até que você a reative."
    case .deactivatedNote: "Sua conta está oculta."
    case .activate: "Ativar"
    case .delete: "Excluir"
    case .deleteNote: "Exclua sua conta e todos os dados dela para sempre."
    case .yourData: "Seus dados"
    case .appsWithAccess: "Aplicativos com acesso"
    case .noApps: "Nenhum aplicativo tem acesso à sua conta."
    case .signedInSince: "Conectado:"
    case .lastUsed: "Último uso:"
    case .revoke: "Revogar"
    case .whatItCanDo: "O que ele pode fazer"
    case .earlierApps: "Aplicativos que você autorizou antes"
    case .earlierAppsNote:
      """
      Eles não têm acesso agora. Quando você entrar neles de novo, talvez não perguntem outra vez.
      """
    case .granted: "Autorizado:"
    case .forget: "Esquecer"
    case .browsers: "Navegadores conectados"
    case .thisBrowser: "este navegador"
    case .lastSeen: "Último acesso:"
    case .browser(let name, let system): "\(name) no \(system)"
    case .someBrowser(let system): "Navegador no \(system)"
    case .unknownBrowser: "Navegador desconhecido"
    case .appPasswords: "Senhas de aplicativo"
    case .appPasswordsNote:
      """
      Para aplicativos nos quais não é possível entrar por esta página. Uma senha de aplicativo não \
      permite alterar sua conta.
      """
    case .create: "Criar"
    case .created: "Criada:"
    case .privileged: "mensagens diretas"
    case .inviteCodes: "Códigos de convite"
    case .usesLeft(let count): count == 1 ? "resta 1 uso" : "restam \(count) usos"

    case .changePassword: "Alterar sua senha"
    case .changePasswordButton: "Alterar senha"
    case .currentPassword: "Senha atual"
    case .newPassword: "Nova senha"
    case .newPasswordAgain: "Repita a nova senha"
    case .changePasswordLead:
      """
      Todos os aplicativos e todos os outros navegadores serão desconectados. As senhas de aplicativo \
      continuam funcionando.
      """
    case .changeEmail: "Alterar seu e-mail"
    case .changeEmailButton: "Alterar e-mail"
    case .newEmail: "Novo e-mail"
    case .presentEmail(let email): "Seu e-mail atual é \(email)."
    case .emailUnconfirmed:
      "Ele não está confirmado, então talvez você não receba nossas mensagens."
    case .sendConfirmationCode: "Enviar um código para confirmá-lo"
    case .confirmEmail: "Confirmar seu e-mail"
    case .confirm: "Confirmar"
    case .codeSent(let email): "Enviamos um código para \(email)."
    case .codeSentForEmail(let email):
      "Enviamos um código para \(email). Digite-o junto com sua senha."
    case .code: "Código do e-mail"
    case .changeHandle: "Alterar seu nome de usuário"
    case .changeHandleButton: "Alterar nome de usuário"
    case .newHandle: "Novo nome de usuário"
    case .changeHandleLead:
      "As pessoas encontram você pelo nome de usuário. Seus posts e seguidores continuam."
    case .newHandleHint(let domains, let did):
      """
      Termina em \(PageLanguage.portuguese.choice(domains)), ou é um domínio seu cujo registro TXT \
      _atproto é did=\(did).
      """
    case .createAppPassword: "Criar uma senha de aplicativo"
    case .createAppPasswordButton: "Criar senha de aplicativo"
    case .createAppPasswordLead:
      "Para um aplicativo no qual não é possível entrar por esta página."
    case .name: "Nome"
    case .nameHint: "Por exemplo, o nome do aplicativo."
    case .allowMessages: "Permitir acesso às mensagens diretas"
    case .newAppPassword: "Sua nova senha de aplicativo"
    case .newAppPasswordLead: "Digite-a agora no aplicativo. Ela só é mostrada desta vez."
    case .activateAccount: "Ativar sua conta"
    case .activateLead: "Sua conta e seus dados voltarão a ficar visíveis."
    case .deactivateAccount: "Desativar sua conta"
    case .deactivateLead:
      "Sua conta e seus dados ficarão ocultos até que você a reative. Nada é excluído."
    case .deleteAccount: "Excluir sua conta"
    case .deleteAccountButton: "Excluir minha conta"
    case .deleteLead(let handle):
      "@\(handle) e todos os dados da conta serão excluídos. Esta ação não pode ser desfeita."
    case .willSendCode(let email):
      "Para termos certeza de que é você, enviaremos um código para \(email)."
    case .sendCode: "Enviar o código"
    case .accountDeleted: "Sua conta foi excluída"
    case .accountDeletedLead:
      "Os dados não estão mais neste servidor. Outros servidores excluirão as cópias deles."
    case .resetPassword: "Redefinir sua senha"
    case .resetLead: "Enviaremos um código para o e-mail da sua conta."
    case .backToSignIn: "Voltar ao login"
    case .setNewPassword: "Definir uma nova senha"
    case .resetCodeSent: "Se alguma conta tiver este e-mail, enviamos um código para ele."
    case .setPassword: "Definir senha"
    case .noMail: "Não recebeu?"
    case .sendAnotherCode: "Enviar outro código"
    case .passwordChanged: "Sua senha foi alterada"
    case .passwordChangedLead: "Você já pode entrar com ela."
    case .notice(let notice):
      switch notice {
      case .password:
        "Sua senha foi alterada. Todos os aplicativos e outros navegadores foram desconectados."
      case .email: "Seu e-mail foi alterado. Confirme-o para poder redefinir sua senha."
      case .emailConfirmed: "Seu e-mail está confirmado."
      case .handle: "Seu nome de usuário foi alterado."
      case .revoked: "O aplicativo não tem mais acesso."
      case .forgotten: "O aplicativo vai perguntar de novo."
      case .signedOut: "O navegador foi desconectado."
      case .appPasswordRevoked: "A senha de aplicativo não funciona mais."
      case .deactivated: "Sua conta está desativada."
      case .activated: "Sua conta está ativa de novo."
      }

    case .enterPassword: "Digite sua senha."
    case .wrongPassword: "A senha está incorreta."
    case .passwordsDiffer: "As duas novas senhas não são iguais."
    case .enterEmail: "Digite o e-mail."
    case .enterName: "Digite um nome para a senha de aplicativo."
    case .enterCode: "Digite o código do e-mail."
    case .enterCodeAndPassword: "Digite o código e uma nova senha."
    case .invalidHandle(let reason): "Este não é um nome de usuário válido: \(reason)."
    case .handleTaken: "Este nome de usuário não está disponível."
    case .inviteInvalid: "Este código de convite não está disponível."
    case .codeInvalid: "Este código não é válido."
    case .codeExpired: "Este código expirou."
    case .passwordLength: "A senha deve ter de 8 a 256 caracteres."
    case .failed(let reason): "Não deu certo: \(reason)"
    case .verbatim(let text): text

    case .linkBroken: "Este link não funciona"
    case .linkDamaged(let reason): "O link está danificado: \(reason)."
    case .formDamaged(let reason): "O formulário está danificado: \(reason)."
    case .notAForm: "Não é possível ler este formulário"
    case .notAFormText: "O servidor só lê formulários desta página. Volte e tente de novo."
    case .formTooLong: "Este formulário é longo demais"
    case .formTooLongText: "Encurte o que você digitou e tente de novo."
    case .wrongMethod: "Esta página não funciona assim"
    case .wrongMethodText: "Abra a página de novo e use os botões dela."
    case .formExpired: "Este formulário expirou"
    case .formExpiredText:
      """
      Para sua segurança, nada foi alterado. Volte, recarregue a página e tente de novo. Se não \
      adiantar, permita cookies para este site.
      """
    case .embedded: "Abra esta página separadamente"
    case .embeddedText:
      "Esta página não pode ser mostrada dentro de outra. Abra-a em uma aba própria."
    case .tooManyAttempts: "Tentativas demais"
    case .wait(let seconds): "Espere \(Self.duration(seconds)) e tente de novo."
    case .busy: "O servidor está ocupado"
    case .busyText: "Tente de novo em instantes."
    case .failure: "Algo deu errado"
    case .failureText: "O servidor não conseguiu fazer isso. Tente de novo mais tarde."
    case .noAccess: "Sem acesso"
    case .didNotWork: "Não deu certo"
    case .nothingAsked:
      """
      O aplicativo não informou quem é nem o que pede. Volte ao aplicativo e tente de novo.
      """
    case .requestUnknown:
      "Este servidor não conhece o pedido do aplicativo. Volte ao aplicativo e tente de novo."
    case .requestExpired: "O pedido do aplicativo expirou. Volte ao aplicativo e tente de novo."
    case .requestAnswered: "Você já respondeu a este pedido. Volte ao aplicativo e tente de novo."
    case .requestElsewhere:
      """
      O pedido do aplicativo foi aberto em outro navegador. Volte ao aplicativo e tente de novo.
      """
    case .requestForAnotherAccount:
      "O pedido do aplicativo é para outra conta. Volte ao aplicativo e tente de novo."
    case .appUnusable: "Este aplicativo não pode ser usado"
    case .appInvalid(let reason): "A descrição dele não é válida: \(reason)."

    case .justNow: "agora mesmo"
    case .minutesAgo(let count): count == 1 ? "há 1 minuto" : "há \(count) minutos"
    case .hoursAgo(let count): count == 1 ? "há 1 hora" : "há \(count) horas"
    case .yesterday: "ontem"
    case .daysAgo(let count): "há \(count) dias"
    case .date(let year, let month, let day): "\(day)/\(month)/\(year)"
    }
  }

  private static func verbs(_ actions: [RepoAction]) -> String {
    PageLanguage.portuguese.list(
      actions.map { action in
        switch action {
        case .create: "criar"
        case .update: "alterar"
        case .delete: "excluir"
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
  fileprivate var portuguese: String {
    switch self {
    case .any: "qualquer serviço"
    case .bluesky: "o Bluesky"
    case .blueskyNotifications: "as notificações do Bluesky"
    case .blueskyMessages: "as mensagens diretas do Bluesky"
    case .other(let service): "o serviço \(service)"
    }
  }

  /// With a preposition.
  fileprivate var portugueseTarget: String {
    switch self {
    case .any: "a qualquer serviço"
    case .bluesky: "ao Bluesky"
    case .blueskyNotifications: "às notificações do Bluesky"
    case .blueskyMessages: "às mensagens diretas do Bluesky"
    case .other(let service): "ao serviço \(service)"
    }
  }
}

extension Phrase.MediaKind {
  fileprivate var portuguese: String {
    switch self {
    case .audio: "gravações de som"
    case .image: "imagens"
    case .video: "vídeos"
    }
  }
}

extension RecordName {
  fileprivate var portuguese: String {
    switch self {
    case .profile: "seu perfil"
    case .status: "seu status"
    case .feeds: "seus feeds"
    case .likes: "suas curtidas"
    case .posts: "seus posts"
    case .quoteSettings: "suas configurações de citações"
    case .reposts: "seus reposts"
    case .replySettings: "suas configurações de respostas"
    case .blocks: "seus bloqueios"
    case .follows: "as contas que você segue"
    case .lists: "suas listas"
    case .listBlocks: "seus bloqueios de listas"
    case .listMembers: "os membros das suas listas"
    case .starterPacks: "seus pacotes iniciais"
    case .verifications: "suas verificações"
    case .labeler: "seu rotulador"
    case .notificationSettings: "suas configurações de notificações"
    case .messageSettings: "suas configurações de mensagens diretas"
    case .lexicons: "seus lexicons"
    case .statuses: "seus status"
    }
  }
}
