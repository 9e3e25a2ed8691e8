package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax

/// The public view of an account.
package struct AccountView: Hashable, Sendable {
  package let id: AccountID
  package let did: DID
  /// The status that everyone sees.
  package let visible: HostedStatus
  package let rev: TID?
  package let commit: CID?
  /// The host that the account is counted on.
  package let host: HostID
  /// `HostName.text` of the PDS, or nil if the identity does not work.
  package let pds: String?

  package init(_ row: AccountRow) {
    id = row.id
    did = row.did
    visible = row.visible
    rev = row.rev
    commit = row.commit
    host = row.host
    pds = row.identity?.pds
  }

  /// Whether a commit of the account is known.
  package var hasRepository: Bool { rev != nil && commit != nil }
}
