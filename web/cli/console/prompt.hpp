#pragma once

// Questions to a person, always on the terminal itself (/dev/tty), never on standard input, which may be a document.

#include <string>
#include <string_view>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// False in a script or a service: nothing may be asked there.
[[nodiscard]] bool can_ask();

// Without echo. `invalid_input` (key prompt.no_terminal, argument "option": what to give instead) when nobody can be
// asked, key prompt.cancelled when the person left the question by Ctrl-C or Ctrl-D.
Result<crypto::SecretText> ask_secret(const Console& console, std::string_view question_key, const Arguments& arguments,
                                      std::string_view option);
// With echo: names, codes that are read from paper.
Result<crypto::SecretText> ask(const Console& console, std::string_view question_key, const Arguments& arguments,
                               std::string_view option);
// Yes or no; no is the answer of Enter.
Result<bool> ask_yes(const Console& console, std::string_view question_key, const Arguments& arguments);

// The first line of a file that holds a secret, without its line end: at most 4 KiB. Warns when others may read the
// file. `not_found` or `invalid_input` (key secret_file.unreadable, argument "file").
Result<crypto::SecretText> read_secret_file(const Console& console, const std::string& path);

}  // namespace rogatory::cli
