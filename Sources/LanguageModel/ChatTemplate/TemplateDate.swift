import Foundation

/// A date as a template asks for it.
enum TemplateDate {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  /// Python's `strftime`, of its plain codes, in UTC; another code stands for itself.
  static func text(_ format: String, _ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
    func padded(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    let month = months[((parts.month ?? 1) - 1) % 12]
    let day = days[((parts.weekday ?? 1) - 1) % 7]
    var result = ""
    var isCode = false
    for character in format {
      guard isCode || character == "%" else {
        result.append(character)
        continue
      }
      guard isCode else {
        isCode = true
        continue
      }
      isCode = false
      switch character {
      case "Y": result += "\(parts.year ?? 0)"
      case "y": result += padded((parts.year ?? 0) % 100)
      case "m": result += padded(parts.month)
      case "d": result += padded(parts.day)
      case "B": result += month
      case "b": result += month.prefix(3)
      case "A": result += day
      case "a": result += day.prefix(3)
      case "H": result += padded(parts.hour)
      case "M": result += padded(parts.minute)
      case "S": result += padded(parts.second)
      case "%": result += "%"
      default: result += "%\(character)"
      }
    }
    return result
  }
}
