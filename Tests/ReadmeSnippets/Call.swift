import AppBskyAPI
import XRPCAsyncHTTPClient
import XRPCClient

func call() async throws {
  let client = XRPCClient(
    service: ServiceEndpoint("https://public.api.bsky.app")!,
    transport: AsyncHTTPClientTransport.shared
  )
  let page = try await client.appBsky.feed.getAuthorFeed(.init(actor: "bsky.app", limit: 3))
  for item in page.feed {
    let post = try AppBsky.Feed.Post(item.post.record)
    print(post.text, post.validate())
  }
}
