public import AppView

/// A part of `app.bsky`, served from the index of an app view.
///
///     let server = AppViewServer(…, handlers: BskyHandlers.routes())
public enum BskyHandlers {
  /// The routes of all methods. A server leaves out those whose collections it does not index.
  public static func routes(_ configuration: BskyConfiguration = BskyConfiguration())
    -> [IndexRoute]
  {
    let pictures = configuration.pictures
    return [
      .query(ProfileHandler(pictures: pictures)),
      .query(ProfilesHandler(pictures: pictures)),
      .query(SearchActorsHandler(pictures: pictures)),
      .query(SearchActorsTypeaheadHandler(pictures: pictures)),
      .query(AuthorFeedHandler(pictures: pictures)),
      .query(TimelineHandler(pictures: pictures)),
      .query(ActorLikesHandler(pictures: pictures)),
      .query(PostsHandler(pictures: pictures)),
      .query(PostThreadHandler(pictures: pictures)),
      .query(LikesHandler(pictures: pictures)),
      .query(RepostedByHandler(pictures: pictures)),
      .query(QuotesHandler(pictures: pictures)),
      .query(SearchPostsHandler(pictures: pictures)),
      .query(FeedHandler(pictures: pictures)),
      .query(FeedGeneratorHandler(pictures: pictures)),
      .query(FeedGeneratorsHandler(pictures: pictures)),
      .query(ActorFeedsHandler(pictures: pictures)),
      .query(FollowsHandler(pictures: pictures)),
      .query(FollowersHandler(pictures: pictures)),
      .query(RelationshipsHandler()),
      .query(BlocksHandler(pictures: pictures)),
      .query(MutesHandler(pictures: pictures)),
      .procedure(MuteHandler()),
      .procedure(UnmuteHandler()),
      .query(NotificationsHandler(pictures: pictures)),
      .query(UnreadCountHandler()),
      .procedure(UpdateSeenHandler()),
      .query(LabelerServicesHandler(pictures: pictures)),
    ]
  }
}

/// How `app.bsky` views are made.
public struct BskyConfiguration: Hashable, Sendable {
  /// The URLs of pictures: by default those of the blobs at the PDS of their account.
  public var pictures: PictureURLs

  /// Creates a configuration.
  public init(pictures: PictureURLs = PictureURLs()) {
    self.pictures = pictures
  }
}
