import ATProtoAuth
import AppBskyAPI
import ComAtprotoAPI

/// The permissions of all methods that the server implements (Permission specification, "Resource
/// Types"). All other methods are proxied and need `rpc`.
enum RoutePermissions {
  static func permission(for nsid: String) -> RoutePermission {
    // Methods of a server that are not stable, such as those of a sign-up queue.
    nsid.lowercased().hasPrefix("com.atproto.temp.") ? .never : table[nsid] ?? proxied
  }

  /// The methods in the table.
  static var nsids: some Collection<String> { table.keys }

  static let proxied = RoutePermission.computed("`rpc:<method>?aud=<service>`")

  private static let table = Dictionary(
    uniqueKeysWithValues: rows.flatMap { permission, nsids in nsids.map { ($0, permission) } }
  )

  private static let rows: [(RoutePermission, [String])] = [
    (.computed("`repo:<collection>?action=create`"), [ComAtproto.Repo.CreateRecord.nsid]),
    (
      // Whether the record exists is not known before the write.
      .computed("`repo:<collection>?action=create&action=update`"),
      [ComAtproto.Repo.PutRecord.nsid]
    ),
    (.computed("`repo:<collection>?action=delete`"), [ComAtproto.Repo.DeleteRecord.nsid]),
    (
      .computed("`repo:<collection>?action=<action>` of every write"),
      [ComAtproto.Repo.ApplyWrites.nsid]
    ),
    (.computed("`blob:<content type>`"), [ComAtproto.Repo.UploadBlob.nsid]),
    (.need(.account(.repo, .manage)), [ComAtproto.Repo.ImportRepo.nsid]),
    (.computed("`rpc:<lxm>?aud=<aud>`"), [ComAtproto.Server.GetServiceAuth.nsid]),
    // Preferences belong to an app view, even though this server keeps them.
    (
      .computed("`rpc:<method>?aud=<app view>`"),
      [AppBsky.Actor.GetPreferences.nsid, AppBsky.Actor.PutPreferences.nsid]
    ),
    (
      .need(.account(.email, .manage)),
      [
        ComAtproto.Server.RequestEmailConfirmation.nsid, ComAtproto.Server.ConfirmEmail.nsid,
        // "The `manage` action [...] also allows changing the email address." The reference
        // implementation refuses these two.
        ComAtproto.Server.RequestEmailUpdate.nsid, ComAtproto.Server.UpdateEmail.nsid,
      ]
    ),
    (.need(.identity(.handle)), [ComAtproto.Identity.UpdateHandle.nsid]),
    (
      .need(.identity(.any)),
      [
        ComAtproto.Identity.RequestPlcOperationSignature.nsid,
        ComAtproto.Identity.SignPlcOperation.nsid, ComAtproto.Identity.SubmitPlcOperation.nsid,
      ]
    ),
    (
      .anySession,
      [
        // Email fields need `account:email`, which the handler checks.
        ComAtproto.Server.GetSession.nsid,
        ComAtproto.Server.CheckAccountStatus.nsid, ComAtproto.Repo.ListMissingBlobs.nsid,
        ComAtproto.Identity.GetRecommendedDidCredentials.nsid,
        ComAtproto.Identity.RefreshIdentity.nsid,
        // Public, and for the account itself while it is not served.
        ComAtproto.Sync.GetRepo.nsid, ComAtproto.Sync.GetBlob.nsid,
        ComAtproto.Sync.ListBlobs.nsid,
      ]
    ),
    (
      // No permission covers the status, the passwords and the invite codes of an account.
      .never,
      [
        ComAtproto.Server.ActivateAccount.nsid, ComAtproto.Server.DeactivateAccount.nsid,
        ComAtproto.Server.RequestAccountDelete.nsid, ComAtproto.Server.CreateAppPassword.nsid,
        ComAtproto.Server.ListAppPasswords.nsid, ComAtproto.Server.RevokeAppPassword.nsid,
        ComAtproto.Server.GetAccountInviteCodes.nsid,
      ]
    ),
    (.sessionless, ofAdministrator + withOtherCredentials + open),
  ]

  private static let ofAdministrator = [
    ComAtproto.Admin.DeleteAccount.nsid, ComAtproto.Admin.DisableAccountInvites.nsid,
    ComAtproto.Admin.DisableInviteCodes.nsid, ComAtproto.Admin.EnableAccountInvites.nsid,
    ComAtproto.Admin.GetAccountInfo.nsid, ComAtproto.Admin.GetAccountInfos.nsid,
    ComAtproto.Admin.GetInviteCodes.nsid, ComAtproto.Admin.GetSubjectStatus.nsid,
    ComAtproto.Admin.SearchAccounts.nsid, ComAtproto.Admin.SendEmail.nsid,
    ComAtproto.Admin.UpdateAccountEmail.nsid, ComAtproto.Admin.UpdateAccountHandle.nsid,
    ComAtproto.Admin.UpdateAccountPassword.nsid, ComAtproto.Admin.UpdateAccountSigningKey.nsid,
    ComAtproto.Admin.UpdateSubjectStatus.nsid, ComAtproto.Server.CreateInviteCode.nsid,
    ComAtproto.Server.CreateInviteCodes.nsid,
  ]

  /// Passwords, refresh tokens, tokens from emails, tokens of other services.
  private static let withOtherCredentials = [
    ComAtproto.Server.CreateAccount.nsid, ComAtproto.Server.CreateSession.nsid,
    ComAtproto.Server.DeleteAccount.nsid, ComAtproto.Server.DeleteSession.nsid,
    ComAtproto.Server.RefreshSession.nsid, ComAtproto.Server.ResetPassword.nsid,
  ]

  private static let open = [
    ComAtproto.Identity.ResolveDid.nsid, ComAtproto.Identity.ResolveHandle.nsid,
    ComAtproto.Identity.ResolveIdentity.nsid, ComAtproto.Lexicon.ResolveLexicon.nsid,
    ComAtproto.Repo.DescribeRepo.nsid,
    ComAtproto.Repo.GetRecord.nsid, ComAtproto.Repo.ListRecords.nsid,
    ComAtproto.Server.DescribeServer.nsid, ComAtproto.Server.RequestPasswordReset.nsid,
    ComAtproto.Server.ReserveSigningKey.nsid, ComAtproto.Sync.GetBlocks.nsid,
    ComAtproto.Sync.GetCheckout.nsid, ComAtproto.Sync.GetHead.nsid,
    ComAtproto.Sync.GetHostStatus.nsid, ComAtproto.Sync.GetLatestCommit.nsid,
    ComAtproto.Sync.GetRecord.nsid, ComAtproto.Sync.GetRepoStatus.nsid,
    ComAtproto.Sync.ListHosts.nsid, ComAtproto.Sync.ListRepos.nsid,
    ComAtproto.Sync.ListReposByCollection.nsid, ComAtproto.Sync.NotifyOfUpdate.nsid,
    ComAtproto.Sync.RequestCrawl.nsid, ComAtproto.Sync.SubscribeRepos.nsid,
  ]
}
