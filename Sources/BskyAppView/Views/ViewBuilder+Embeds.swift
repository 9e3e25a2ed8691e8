import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

// Embeds are nested at most two deep: a post, the post it quotes, and the one that this one quotes,
// which is shown without embeds.

extension ViewBuilder {
  /// The embed of a post as it is shown on its view.
  func embed(_ post: IndexRecord<Post>) -> AppBsky.Feed.Defs.PostView.Embed? {
    guard let embed = post.value.embed, let account = data.actors.accounts[post.address.did] else {
      return nil
    }
    switch embed {
    case .images(let images): return .imagesView(view(images, account))
    case .video(let video): return view(video, account).map { .videoView($0) }
    case .gallery(let gallery): return .galleryView(view(gallery, account))
    case .external(let external): return .externalView(view(external, account))
    case .record(let record): return .recordView(view(record, post, depth: 1))
    case .recordWithMedia(let embed):
      guard let media = media(embed.media, account) else {
        return .recordView(view(embed.record, post, depth: 1))
      }
      return .recordWithMediaView(
        AppBsky.Embed.RecordWithMedia.View(record: view(embed.record, post, depth: 1), media: media)
      )
    case .unknown: return nil
    }
  }

  /// The embed of a quoted post.
  private func nestedEmbed(
    _ post: IndexRecord<Post>
  ) -> AppBsky.Embed.Record.ViewRecord.EmbedsItem? {
    guard let embed = post.value.embed, let account = data.actors.accounts[post.address.did] else {
      return nil
    }
    switch embed {
    case .images(let images): return .imagesView(view(images, account))
    case .video(let video): return view(video, account).map { .videoView($0) }
    case .gallery(let gallery): return .galleryView(view(gallery, account))
    case .external(let external): return .externalView(view(external, account))
    case .record(let record): return .view(view(record, post, depth: 2))
    case .recordWithMedia(let embed):
      guard let media = media(embed.media, account) else {
        return .view(view(embed.record, post, depth: 2))
      }
      return .recordWithMediaView(
        AppBsky.Embed.RecordWithMedia.View(record: view(embed.record, post, depth: 2), media: media)
      )
    case .unknown: return nil
    }
  }

  private func view(
    _ embed: AppBsky.Embed.Record,
    _ post: IndexRecord<Post>,
    depth: Int
  ) -> AppBsky.Embed.Record.View {
    let uri = embed.record.uri.string
    let record: AppBsky.Embed.Record.View.Record
    if let address = RecordAddress(uri) {
      record = view(address, quotedBy: post, depth: depth)
    } else {
      record = Self.notFound(uri)
    }
    return AppBsky.Embed.Record.View(record: record)
  }

  private func view(
    _ address: RecordAddress,
    quotedBy post: IndexRecord<Post>,
    depth: Int
  ) -> AppBsky.Embed.Record.View.Record {
    guard address.isPost else { return other(address, quotedBy: post) }
    guard let quoted = data.post(address) else { return Self.notFound(address.uri) }
    if data.isBlocked(address.did) || data.hasBlock(post.address.did, address.did) {
      return blocked(address)
    }
    if data.isDetached(address, from: post.stored) {
      return .viewDetached(
        AppBsky.Embed.Record.ViewDetached(uri: FormatString(address.uri), detached: true)
      )
    }
    guard let author = profileBasic(address.did), let value = try? quoted.stored.verbatim() else {
      return Self.notFound(address.uri)
    }
    let counts = data.posts.counts[address]
    return .viewRecord(
      AppBsky.Embed.Record.ViewRecord(
        uri: FormatString(address.uri),
        cid: FormatString(quoted.cid.string),
        author: author,
        value: value,
        labels: labels(address.uri),
        replyCount: counts?.replies,
        repostCount: counts?.reposts,
        likeCount: counts?.likes,
        quoteCount: counts?.quotes,
        embeds: depth < 2 ? nestedEmbed(quoted).map { [$0] } ?? [] : nil,
        indexedAt: FormatString(microseconds: quoted.indexedAt)
      )
    )
  }

  /// A record that is not a post.
  private func other(
    _ address: RecordAddress,
    quotedBy post: IndexRecord<Post>
  ) -> AppBsky.Embed.Record.View.Record {
    let view: AppBsky.Embed.Record.View.Record? =
      if data.generators[address] != nil {
        generator(address).map { .generatorView($0) }
      } else if data.embedded.lists[address] != nil {
        list(address).map { .listView($0) }
      } else if data.embedded.labelers[address] != nil {
        labeler(address).map { .labelerView($0) }
      } else {
        starterPackBasic(address).map { .starterPackViewBasic($0) }
      }
    guard let view else { return Self.notFound(address.uri) }
    let isBlocked =
      data.isBlocked(address.did) || data.hasBlock(post.address.did, address.did)
    return isBlocked ? blocked(address) : view
  }

  private func blocked(_ address: RecordAddress) -> AppBsky.Embed.Record.View.Record {
    .viewBlocked(
      AppBsky.Embed.Record.ViewBlocked(
        uri: FormatString(address.uri),
        blocked: true,
        author: blockedAuthor(address.did)
      )
    )
  }

  private static func notFound(_ uri: String) -> AppBsky.Embed.Record.View.Record {
    .viewNotFound(AppBsky.Embed.Record.ViewNotFound(uri: FormatString(uri), notFound: true))
  }
}

// MARK: Media

extension ViewBuilder {
  private func media(
    _ media: AppBsky.Embed.RecordWithMedia.Media,
    _ account: IndexedAccount
  ) -> AppBsky.Embed.RecordWithMedia.View.Media? {
    switch media {
    case .images(let images): .imagesView(view(images, account))
    case .video(let video): view(video, account).map { .videoView($0) }
    case .gallery(let gallery): .galleryView(view(gallery, account))
    case .external(let external): .externalView(view(external, account))
    case .unknown: nil
    }
  }

  private func view(
    _ images: AppBsky.Embed.Images,
    _ account: IndexedAccount
  ) -> AppBsky.Embed.Images.View {
    AppBsky.Embed.Images.View(
      images: images.images.compactMap { image in
        guard let thumbnail = picture(image.image, account, .thumbnail),
          let fullsize = picture(image.image, account, .fullsize)
        else { return nil }
        return AppBsky.Embed.Images.ViewImage(
          thumb: thumbnail,
          fullsize: fullsize,
          alt: image.alt,
          aspectRatio: image.aspectRatio
        )
      }
    )
  }

  private func view(
    _ gallery: AppBsky.Embed.Gallery,
    _ account: IndexedAccount
  ) -> AppBsky.Embed.Gallery.View {
    AppBsky.Embed.Gallery.View(
      items: gallery.items.compactMap { item in
        guard case .image(let image) = item,
          let thumbnail = picture(image.image, account, .thumbnail),
          let fullsize = picture(image.image, account, .fullsize)
        else { return nil }
        return .viewImage(
          AppBsky.Embed.Gallery.ViewImage(
            thumbnail: thumbnail,
            fullsize: fullsize,
            alt: image.alt,
            aspectRatio: image.aspectRatio
          )
        )
      }
    )
  }

  private func view(
    _ external: AppBsky.Embed.External,
    _ account: IndexedAccount
  ) -> AppBsky.Embed.External.View {
    AppBsky.Embed.External.View(
      external: AppBsky.Embed.External.ViewExternal(
        uri: external.external.uri,
        title: external.external.title,
        description: external.external.description,
        thumb: picture(external.external.thumb, account, .thumbnail)
      )
    )
  }

  /// A video is served as it was uploaded: this app view does not transcode.
  private func view(
    _ video: AppBsky.Embed.Video,
    _ account: IndexedAccount
  ) -> AppBsky.Embed.Video.View? {
    guard let url = picture(video.video, account, .video) else { return nil }
    return AppBsky.Embed.Video.View(
      cid: FormatString(video.video.ref.string),
      playlist: url,
      alt: video.alt,
      aspectRatio: video.aspectRatio
    )
  }
}
