import ATProtoData
import ATProtoSyntax
import AppBskyAPI

func types() throws {
  let post = AppBsky.Feed.Post(text: "Hello, world!", createdAt: FormatString(.now))
  let bytes = post.cborBytes()
  let copy = try AppBsky.Feed.Post(cbor: bytes)
  assert(copy == post && copy.cborBytes() == bytes)
  for violation in copy.validate() { print(violation) }
}
