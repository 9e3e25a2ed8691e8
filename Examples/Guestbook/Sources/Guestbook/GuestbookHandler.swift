import XRPC
import XRPCServer

/// The server. Parameters and input are decoded and validated against the lexicon before a call.
struct GuestbookHandler: ComExample.Guestbook.Handler {
  let book: Book

  func sign(
    _ request: XRPCProcedureRequest<ComExample.Guestbook.Sign>
  ) async throws -> ComExample.Guestbook.Sign.Output {
    let input = request.input
    guard let position = await book.add(input.entry, by: input.author) else {
      throw ComExample.Guestbook.Sign.Failure.alreadySigned(
        message: "\(input.author) has already signed"
      )
    }
    return .init(position: position)
  }

  func listEntries(
    _ request: XRPCRequest<ComExample.Guestbook.ListEntries>
  ) async throws -> ComExample.Guestbook.ListEntries.Output {
    let parameters = request.parameters
    let entries = await book.entries
    let start: Int
    switch parameters.cursor {
    case nil: start = 0
    case let cursor?:
      guard let position = Int(cursor), entries.indices.contains(position) else {
        throw XRPCServerError.invalidRequest("invalid cursor")
      }
      start = position
    }
    let end = min(start + parameters.limit, entries.count)
    return .init(
      cursor: end < entries.count ? String(end) : nil,
      entries: Array(entries[start..<end])
    )
  }
}
