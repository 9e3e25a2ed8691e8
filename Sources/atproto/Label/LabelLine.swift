import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// A label as a line of output.
struct LabelLine {
  let label: ComAtproto.Label.Defs.Label

  var text: String {
    var columns = [
      label.cts.string, label.src.string, label.neg == true ? "-\(label.val)" : label.val,
      label.uri.string,
    ]
    if let cid = label.cid { columns.append(cid.string) }
    if let expiry = label.exp { columns.append("until \(expiry.string)") }
    return columns.joined(separator: "  ")
  }

  var json: DataValue { label.dataValue }
}
