import ATProtoAuth

extension Phrase {
  var japanese: String {
    switch self {
    case .skipToContent: "本文へ移動"
    case .home: "ホーム"
    case .termsOfService: "利用規約"
    case .privacyPolicy: "プライバシーポリシー"
    case .help: "ヘルプ"
    case .cancel: "キャンセル"
    case .done: "完了"
    case .backToAccount: "アカウントに戻る"

    case .signIn: "サインイン"
    case .identifier: "ハンドルまたはメールアドレス"
    case .password: "パスワード"
    case .staySignedIn: "このブラウザーで7日間サインインしたままにする"
    case .forgotPassword: "パスワードをお忘れですか？"
    case .resetIt: "再設定"
    case .newHere: "はじめてですか？"
    case .chooseAccount: "アカウントを選択"
    case .useAnotherAccount: "別のアカウントを使う"
    case .severalAccounts: "このブラウザーでは複数のアカウントがサインインしています。"
    case .appAsksForAccess(let server):
      "アプリが\(server)のアカウントへのアクセスを求めています。"
    case .appAsksForAnAccount(let server):
      "アプリが\(server)のいずれかのアカウントへのアクセスを求めています。"
    case .signInToAccount: "アカウントにサインイン"
    case .signInToAccountLead(let server):
      "\(server)のアカウントを使っているアプリの確認と、設定の変更ができます。"
    case .wrongCredentials:
      """
      名前またはパスワードが違います。アプリパスワードではなく、アカウントのパスワードを使ってください。
      """
    case .takenDown:
      "このアカウントは停止されています。サーバーの運営者にお問い合わせください。"
    case .anotherAccountWanted(let name):
      name.map { "アプリは別のアカウントを求めています：\($0)。" }
        ?? "アプリは別のアカウントを求めています。そのアカウントでサインインしてください。"

    case .createAnAccount: "アカウントを作成"
    case .createAccount: "アカウントを作成"
    case .haveAccount: "アカウントをお持ちですか？"
    case .handle: "ハンドル"
    case .handleHint(let domains):
      "公開される名前です。\(PageLanguage.japanese.choice(domains))で終わります。"
    case .email: "メールアドレス"
    case .passwordHint: "8文字以上。"
    case .inviteCode: "招待コード"
    case .onlyAccountWanted(let name): "アプリは\(name)を求めています。"

    case .consentTitle(let app): "\(app ?? "このアプリ")にアカウントの使用を許可しますか？"
    case .developmentWarning:
      """
      このアプリはお使いのコンピューターで開発中です。ご自身で起動した場合にのみ続けてください。
      """
    case .consentHeading: "このアプリができること"
    case .whatIsIncluded: "含まれる内容"
    case .showAllNames(let count): "\(count)件の名前をすべて表示"
    case .authorize: "許可する"
    case .deny: "拒否する"
    case .doNotShare: "これは許可しない"
    case .willReturn(let destination): "このあと\(destination)に戻ります。"
    case .appOnThisDevice: "このデバイスのアプリ"
    case .canWithdraw: "アクセスは[アカウントページ]でいつでも取り消せます。"
    case .accountIsDeactivated: "このアカウントは無効になっています"
    case .accountIsDeactivatedLead(let handle):
      """
      アカウントページで再び有効にするまで、アプリは@\(handle)を使えません。有効にしてからアプリに戻り、\
      もう一度お試しください。
      """
    case .backToApp: "アプリに戻る"
    case .openAccountPage: "アカウントページを開く"
    case .youAreSignedIn: "サインインしました"
    case .continueToApp: "「続ける」を押すとアプリに戻ります。"
    case .continueButton: "続ける"

    case .knowWhoYouAre: "あなたが誰かを知る（ハンドル、DID、公開データ）"
    case .changeIdentity: "アイデンティティの変更（ハンドル、鍵、アカウントのサーバー）"
    case .changeHandlePermission: "ハンドルの変更"
    case .seeEmail: "メールアドレスの閲覧"
    case .manageEmail: "メールアドレスの閲覧と変更"
    case .replaceRepository: "すべてのデータを別の場所のリポジトリで置き換える"
    case .changeEverything:
      "投稿、いいね、フォローなど、すべての公開データの作成・変更・削除"
    case .uploadMedia: "画像、動画、その他のファイルのアップロード"
    case .useServices: "あなたとして他のサービスを利用し、設定を閲覧・変更する"
    case .directMessages: "ダイレクトメッセージの閲覧と送信"
    case .changeRecords(let actions, let names):
      "\(PageLanguage.japanese.list(names.map(\.japanese)))の\(Self.verbs(actions))"
    case .changeAllRecords(let actions): "あらゆる種類の公開データすべての\(Self.verbs(actions))"
    case .changeOtherRecords(let actions, _): "次の種類のレコードの\(Self.verbs(actions))"
    case .call(let service, _): "あなたとして\(service.japanese)に次のリクエストを送る"
    case .callWithoutLimits(let service): "あなたとして\(service.japanese)を制限なく利用する"
    case .uploadFiles: "あらゆる種類のファイルのアップロード"
    case .uploadKinds(let kinds):
      "\(PageLanguage.japanese.list(kinds.map(\.japanese)))のアップロード"
    case .uploadFilesOfTheseKinds: "次の種類のファイルのアップロード"

    case .yourAccount: "アカウント"
    case .signOut: "サインアウト"
    case .confirmed: "確認済み"
    case .notConfirmed: "未確認"
    case .passwordNote: "変更すると、すべてのアプリとブラウザーがサインアウトされます。"
    case .change: "変更"
    case .export: "エクスポート"
    case .exportNote: "公開データを1つのファイル（CAR）として保存します。"
    case .download: "ダウンロード"
    case .deactivate: "無効にする"
    case .deactivated: "無効"
    case .deactivateNote: "再び有効にするまでアカウントを非公開にします。"
    case .deactivatedNote: "アカウントは非公開になっています。"
    case .activate: "有効にする"
    case .delete: "削除"
    case .deleteNote: "アカウントとすべてのデータを完全に削除します。"
    case .yourData: "データ"
    case .appsWithAccess: "アクセスを許可したアプリ"
    case .noApps: "このアカウントにアクセスできるアプリはありません。"
    case .signedInSince: "サインイン："
    case .lastUsed: "最終利用："
    case .revoke: "取り消す"
    case .whatItCanDo: "このアプリができること"
    case .earlierApps: "以前に許可したアプリ"
    case .earlierAppsNote:
      "現在はアクセスできません。次にサインインするとき、許可を求められないことがあります。"
    case .granted: "許可："
    case .forget: "許可を忘れる"
    case .browsers: "サインイン中のブラウザー"
    case .thisBrowser: "このブラウザー"
    case .lastSeen: "最終アクセス："
    case .browser(let name, let system): "\(name)（\(system)）"
    case .someBrowser(let system): "ブラウザー（\(system)）"
    case .unknownBrowser: "不明なブラウザー"
    case .appPasswords: "アプリパスワード"
    case .appPasswordsNote:
      """
      このページからサインインできないアプリのためのものです。アプリパスワードではアカウントを変更できません。
      """
    case .create: "作成"
    case .created: "作成："
    case .privileged: "ダイレクトメッセージ"
    case .inviteCodes: "招待コード"
    case .usesLeft(let count): "残り\(count)回"

    case .changePassword: "パスワードを変更"
    case .changePasswordButton: "パスワードを変更"
    case .currentPassword: "現在のパスワード"
    case .newPassword: "新しいパスワード"
    case .newPasswordAgain: "新しいパスワード（確認）"
    case .changePasswordLead:
      """
      すべてのアプリと他のすべてのブラウザーがサインアウトされます。アプリパスワードはそのまま使えます。
      """
    case .changeEmail: "メールアドレスを変更"
    case .changeEmailButton: "メールアドレスを変更"
    case .newEmail: "新しいメールアドレス"
    case .presentEmail(let email): "現在のメールアドレスは\(email)です。"
    case .emailUnconfirmed: "まだ確認されていないため、メールが届かないことがあります。"
    case .sendConfirmationCode: "確認コードを送信"
    case .confirmEmail: "メールアドレスを確認"
    case .confirm: "確認"
    case .codeSent(let email): "\(email)にコードを送信しました。"
    case .codeSentForEmail(let email):
      "\(email)にコードを送信しました。パスワードと一緒に入力してください。"
    case .code: "メールに記載のコード"
    case .changeHandle: "ハンドルを変更"
    case .changeHandleButton: "ハンドルを変更"
    case .newHandle: "新しいハンドル"
    case .changeHandleLead: "ハンドルはあなたを見つけるための名前です。投稿とフォロワーはそのままです。"
    case .newHandleHint(let domains, let did):
      """
      \(PageLanguage.japanese.choice(domains))で終わる名前、または_atprotoのTXTレコードがdid=\(did)である\
      ご自身のドメイン。
      """
    case .createAppPassword: "アプリパスワードを作成"
    case .createAppPasswordButton: "アプリパスワードを作成"
    case .createAppPasswordLead: "このページからサインインできないアプリのためのものです。"
    case .name: "名前"
    case .nameHint: "たとえば、アプリの名前。"
    case .allowMessages: "ダイレクトメッセージへのアクセスを許可"
    case .newAppPassword: "新しいアプリパスワード"
    case .newAppPasswordLead: "今すぐアプリに入力してください。表示されるのは今回だけです。"
    case .activateAccount: "アカウントを有効にする"
    case .activateLead: "アカウントとデータが再び公開されます。"
    case .deactivateAccount: "アカウントを無効にする"
    case .deactivateLead:
      "再び有効にするまで、アカウントとデータは非公開になります。何も削除されません。"
    case .deleteAccount: "アカウントを削除"
    case .deleteAccountButton: "アカウントを削除する"
    case .deleteLead(let handle):
      "@\(handle)とすべてのデータが削除されます。この操作は取り消せません。"
    case .willSendCode(let email): "ご本人であることを確認するため、\(email)にコードを送信します。"
    case .sendCode: "コードを送信"
    case .accountDeleted: "アカウントは削除されました"
    case .accountDeletedLead:
      "データはこのサーバーから削除されました。他のサーバーも複製を削除します。"
    case .resetPassword: "パスワードを再設定"
    case .resetLead: "アカウントのメールアドレスにコードを送信します。"
    case .backToSignIn: "サインインに戻る"
    case .setNewPassword: "新しいパスワードを設定"
    case .resetCodeSent: "このメールアドレスのアカウントがある場合、コードを送信しました。"
    case .setPassword: "パスワードを設定"
    case .noMail: "メールが届きませんか？"
    case .sendAnotherCode: "別のコードを送信"
    case .passwordChanged: "パスワードを変更しました"
    case .passwordChangedLead: "新しいパスワードでサインインできます。"
    case .notice(let notice):
      switch notice {
      case .password:
        "パスワードを変更しました。すべてのアプリと他のブラウザーがサインアウトされました。"
      case .email:
        "メールアドレスを変更しました。パスワードを再設定できるように確認してください。"
      case .emailConfirmed: "メールアドレスを確認しました。"
      case .handle: "ハンドルを変更しました。"
      case .revoked: "アプリのアクセスを取り消しました。"
      case .forgotten: "次回、アプリは許可を求めます。"
      case .signedOut: "ブラウザーをサインアウトしました。"
      case .appPasswordRevoked: "アプリパスワードを取り消しました。"
      case .deactivated: "アカウントを無効にしました。"
      case .activated: "アカウントを再び有効にしました。"
      }

    case .enterPassword: "パスワードを入力してください。"
    case .wrongPassword: "パスワードが違います。"
    case .passwordsDiffer: "2つの新しいパスワードが一致しません。"
    case .enterEmail: "メールアドレスを入力してください。"
    case .enterName: "アプリパスワードの名前を入力してください。"
    case .enterCode: "メールに記載のコードを入力してください。"
    case .enterCodeAndPassword: "コードと新しいパスワードを入力してください。"
    case .invalidHandle(let reason): "有効なハンドルではありません：\(reason)"
    case .handleTaken: "このハンドルは使えません。"
    case .inviteInvalid: "この招待コードは使えません。"
    case .codeInvalid: "このコードは正しくありません。"
    case .codeExpired: "このコードは期限切れです。"
    case .passwordLength: "パスワードは8〜256文字にしてください。"
    case .failed(let reason): "うまくいきませんでした：\(reason)"
    case .verbatim(let text): text

    case .linkBroken: "このリンクは使えません"
    case .linkDamaged(let reason): "リンクが壊れています：\(reason)"
    case .formDamaged(let reason): "フォームが壊れています：\(reason)"
    case .notAForm: "このフォームは読み取れません"
    case .notAFormText:
      "サーバーが受け付けるのはこのページのフォームだけです。戻ってもう一度お試しください。"
    case .formTooLong: "入力が長すぎます"
    case .formTooLongText: "入力を短くして、もう一度お試しください。"
    case .wrongMethod: "このページはその方法では使えません"
    case .wrongMethodText: "ページを開き直して、ボタンを使ってください。"
    case .formExpired: "このフォームは期限切れです"
    case .formExpiredText:
      """
      安全のため、何も変更していません。前のページに戻って再読み込みし、もう一度お試しください。解決しない\
      場合は、このサイトのCookieを許可してください。
      """
    case .embedded: "このページを単独で開いてください"
    case .embeddedText:
      "このページは他のページの中には表示できません。専用のタブで開いてください。"
    case .tooManyAttempts: "試行回数が多すぎます"
    case .wait(let seconds): "\(Self.duration(seconds))待ってから、もう一度お試しください。"
    case .busy: "サーバーが混み合っています"
    case .busyText: "しばらくしてからもう一度お試しください。"
    case .failure: "エラーが発生しました"
    case .failureText: "処理できませんでした。時間をおいてもう一度お試しください。"
    case .noAccess: "アクセスできません"
    case .didNotWork: "うまくいきませんでした"
    case .nothingAsked:
      "アプリの情報または要求の内容がありません。アプリに戻ってもう一度お試しください。"
    case .requestUnknown:
      "このサーバーにはアプリの要求が見つかりません。アプリに戻ってもう一度お試しください。"
    case .requestExpired: "アプリの要求は期限切れです。アプリに戻ってもう一度お試しください。"
    case .requestAnswered: "この要求にはすでに回答しています。アプリに戻ってもう一度お試しください。"
    case .requestElsewhere:
      "アプリの要求は別のブラウザーで開かれています。アプリに戻ってもう一度お試しください。"
    case .requestForAnotherAccount:
      "アプリの要求は別のアカウントに対するものです。アプリに戻ってもう一度お試しください。"
    case .appUnusable: "このアプリは使えません"
    case .appInvalid(let reason): "アプリの説明文書が正しくありません：\(reason)"

    case .justNow: "たった今"
    case .minutesAgo(let count): "\(count)分前"
    case .hoursAgo(let count): "\(count)時間前"
    case .yesterday: "昨日"
    case .daysAgo(let count): "\(count)日前"
    case .date(let year, let month, let day): "\(year)年\(month)月\(day)日"
    }
  }

  private static func verbs(_ actions: [RepoAction]) -> String {
    actions.map { action in
      switch action {
      case .create: "作成"
      case .update: "変更"
      case .delete: "削除"
      }
    }.joined(separator: "・")
  }

  private static func duration(_ seconds: Int) -> String {
    switch WaitingTime(seconds) {
    case .seconds(let count): "\(count)秒"
    case .minutes(let count): "\(count)分"
    case .hours(let count): "\(count)時間"
    }
  }
}

extension Phrase.Service {
  fileprivate var japanese: String {
    switch self {
    case .any: "任意のサービス"
    case .bluesky: "Bluesky"
    case .blueskyNotifications: "Blueskyの通知"
    case .blueskyMessages: "Blueskyのダイレクトメッセージ"
    case .other(let service): "サービス\(service)"
    }
  }
}

extension Phrase.MediaKind {
  fileprivate var japanese: String {
    switch self {
    case .audio: "音声"
    case .image: "画像"
    case .video: "動画"
    }
  }
}

extension RecordName {
  fileprivate var japanese: String {
    switch self {
    case .profile: "プロフィール"
    case .status: "ステータス"
    case .feeds: "カスタムフィード"
    case .likes: "いいね"
    case .posts: "投稿"
    case .quoteSettings: "引用の設定"
    case .reposts: "リポスト"
    case .replySettings: "返信の設定"
    case .blocks: "ブロック"
    case .follows: "フォロー"
    case .lists: "リスト"
    case .listBlocks: "リストのブロック"
    case .listMembers: "リストのメンバー"
    case .starterPacks: "スターターパック"
    case .verifications: "認証"
    case .labeler: "ラベラー"
    case .notificationSettings: "通知の設定"
    case .messageSettings: "ダイレクトメッセージの設定"
    case .lexicons: "レキシコン"
    case .statuses: "ステータス"
    }
  }
}
