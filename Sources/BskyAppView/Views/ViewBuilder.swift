import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

/// Makes views from what was loaded. It leaves out what the viewer may not see.
struct ViewBuilder: Sendable {
  let data: ViewData
  let pictures: PictureURLs
}

extension ViewBuilder {
  /// The view of an account in posts; nil if it is not shown.
  func profileBasic(_ did: DID) -> AppBsky.Actor.Defs.ProfileViewBasic? {
    guard let account = visibleAccount(did) else { return nil }
    let profile = profileRecord(did)
    return AppBsky.Actor.Defs.ProfileViewBasic(
      did: FormatString(did),
      handle: FormatString(account.handle ?? .invalid),
      displayName: profile?.value.displayName,
      pronouns: profile?.value.pronouns,
      avatar: picture(profile?.value.avatar, account, .avatar),
      associated: associated(did),
      viewer: viewerState(did),
      labels: actorLabels(did),
      createdAt: profile?.value.createdAt
    )
  }

  /// The view of an account in lists; nil if it is not shown.
  func profile(_ did: DID) -> AppBsky.Actor.Defs.ProfileView? {
    guard let account = visibleAccount(did) else { return nil }
    let profile = profileRecord(did)
    return AppBsky.Actor.Defs.ProfileView(
      did: FormatString(did),
      handle: FormatString(account.handle ?? .invalid),
      displayName: profile?.value.displayName,
      pronouns: profile?.value.pronouns,
      description: profile?.value.description,
      avatar: picture(profile?.value.avatar, account, .avatar),
      associated: associated(did),
      indexedAt: profile.map { FormatString(microseconds: $0.indexedAt) },
      createdAt: profile?.value.createdAt,
      viewer: viewerState(did),
      labels: actorLabels(did)
    )
  }

  /// The view of an account on its own; nil if it is not shown.
  func profileDetailed(
    _ did: DID,
    _ counts: ProfileCounts
  ) -> AppBsky.Actor.Defs.ProfileViewDetailed? {
    guard let account = visibleAccount(did) else { return nil }
    let profile = profileRecord(did)
    var associated = associated(did) ?? AppBsky.Actor.Defs.ProfileAssociated()
    associated.feedgens = counts.generators
    associated.lists = counts.lists
    associated.starterPacks = counts.starterPacks
    return AppBsky.Actor.Defs.ProfileViewDetailed(
      did: FormatString(did),
      handle: FormatString(account.handle ?? .invalid),
      displayName: profile?.value.displayName,
      description: profile?.value.description,
      pronouns: profile?.value.pronouns,
      // The record may have any URI, but clients make it a link.
      website: profile?.value.website.flatMap { $0.string.hasPrefix("https://") ? $0 : nil },
      avatar: picture(profile?.value.avatar, account, .avatar),
      banner: picture(profile?.value.banner, account, .banner),
      followersCount: counts.followers,
      followsCount: counts.follows,
      postsCount: counts.posts,
      associated: associated,
      indexedAt: profile.map { FormatString(microseconds: $0.indexedAt) },
      createdAt: profile?.value.createdAt,
      viewer: viewerState(did),
      labels: actorLabels(did),
      pinnedPost: profile?.value.pinnedPost
    )
  }

  /// How the viewer and an account are related; nil without a viewer. A block ends follows, whose
  /// records may still be there.
  func viewerState(_ did: DID) -> AppBsky.Actor.Defs.ViewerState? {
    guard let viewer = data.viewer else { return nil }
    guard viewer != did, let relation = data.actors.relations[did] else {
      return AppBsky.Actor.Defs.ViewerState(muted: false, blockedBy: false)
    }
    return AppBsky.Actor.Defs.ViewerState(
      muted: relation.isMuted,
      blockedBy: relation.blockedBy != nil,
      blocking: relation.blocking.map { FormatString($0.uri) },
      following: relation.isBlocked ? nil : relation.following.map { FormatString($0.uri) },
      followedBy: relation.isBlocked ? nil : relation.followedBy.map { FormatString($0.uri) }
    )
  }

  /// The labels on a record.
  func labels(_ uri: String) -> [ComAtproto.Label.Defs.Label] {
    data.labels[uri]?.labels ?? []
  }

  /// The labels on an account and on its profile.
  private func actorLabels(_ did: DID) -> [ComAtproto.Label.Defs.Label] {
    labels(did.string) + labels(RecordAddress.profile(of: did).uri)
  }

  /// The profile record, unless a labeler removes it.
  private func profileRecord(_ did: DID) -> IndexRecord<Profile>? {
    data.actors.profiles[did].flatMap { data.isRemoved($0.address) ? nil : $0 }
  }

  func visibleAccount(_ did: DID) -> IndexedAccount? {
    data.isVisible(did) ? data.actors.accounts[did] : nil
  }

  private func associated(_ did: DID) -> AppBsky.Actor.Defs.ProfileAssociated? {
    data.actors.labelers.contains(did) ? .init(labeler: true) : nil
  }

  func picture(
    _ blob: Blob?,
    _ account: IndexedAccount,
    _ kind: PictureURLs.Kind
  ) -> FormatString<URIString>? {
    blob.flatMap { pictures.url($0.ref, of: account, kind) }
  }
}

/// The counts on a detailed profile.
struct ProfileCounts: Hashable, Sendable {
  var followers = 0
  var follows = 0
  var posts = 0
  var generators = 0
  var lists = 0
  var starterPacks = 0
}
