import ATProtoSyntax
package import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
package import XRPCServer

/// Which reports a declaration accepts (guide "Creating a Labeler"). A list that is absent accepts
/// everything, an empty one nothing.
package struct ReportPolicy: Sendable {
  private let reasonTypes: [String]?
  private let subjectTypes: [String]?
  private let collections: [String]?

  /// - Parameter record: nil to accept all reports.
  package init(_ record: AppBsky.Labeler.Service?) {
    reasonTypes = record?.reasonTypes?.map(\.rawValue)
    subjectTypes = record?.subjectTypes?.map(\.rawValue)
    collections = record?.subjectCollections?.map(\.string)
  }

  /// Throws `ReportsNotAccepted` if no reports are accepted at all, and `InvalidRequest` with what is
  /// accepted if this one is not.
  package func check(_ report: NewReport) throws(XRPCServerError) {
    guard reasonTypes != [], subjectTypes != [] else {
      throw XRPCServerError(
        status: .badRequest,
        name: "ReportsNotAccepted",
        message: "this labeler does not accept reports"
      )
    }
    // An appeal is an answer to the labeler's own decision.
    if !report.isAppeal { try check("reasonType", report.reasonType, reasonTypes) }
    let subject = report.subject
    try check("the type of the subject", subject.isAccount ? "account" : "record", subjectTypes)
    if let collection = subject.record?.collection?.string {
      try check("the collection of the subject", collection, collections)
    }
  }

  private func check(
    _ what: String,
    _ value: String,
    _ accepted: [String]?
  ) throws(XRPCServerError) {
    guard let accepted, !accepted.contains(value) else { return }
    let list = accepted.prefix(50).joined(separator: ", ")
    throw .invalidRequest(
      "\(what) is not accepted by this labeler: '\(value.prefix(200))'; "
        + (list.isEmpty ? "it accepts none" : "it accepts \(list)")
    )
  }
}
