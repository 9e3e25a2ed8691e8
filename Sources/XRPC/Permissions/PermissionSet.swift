/// Permissions that are asked for and granted together, under one name.
///
/// Permissions specification, "Permission Sets". A set may address only resources at or below its
/// own NSID group.
public struct PermissionSet: Hashable, Sendable {
  public var nsid: String
  public var title: String?
  /// Titles by language tag (`title:lang`).
  public var localizedTitles: [String: String]
  public var detail: String?
  /// Details by language tag (`detail:lang`).
  public var localizedDetails: [String: String]
  public var permissions: [Permission]

  public init(
    nsid: String,
    title: String? = nil,
    localizedTitles: [String: String] = [:],
    detail: String? = nil,
    localizedDetails: [String: String] = [:],
    permissions: [Permission] = []
  ) {
    self.nsid = nsid
    self.title = title
    self.localizedTitles = localizedTitles
    self.detail = detail
    self.localizedDetails = localizedDetails
    self.permissions = permissions
  }
}
