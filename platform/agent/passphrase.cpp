#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "crypto/primitives/random.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/unlock.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// Syllables rather than words: no list to agree on, the same for every language, and each is one that English, French
// and Spanish speakers can say and type without accents. 16 × 5 × 16 × 5 = 6,400 pairs: 12.6 bits each.
constexpr std::string_view kConsonants = "bdfgjklmnprstvyz";
constexpr std::string_view kVowels = "aeiou";
constexpr std::size_t kGroups = 6;
constexpr double kBitsPerGroup = 12.643856;

// A thief of the device has the account key and guesses at Argon2id's price (128 MiB, three passes: some ten guesses a
// second and machine): 50 bits keep a thousand machines busy for three thousand years.
constexpr double kNeededBits = 50;

// What people put into passphrases because they are asked for one, in English and French; lower case.
constexpr std::array<std::string_view, 40> kCommon = {
    "password", "passphrase", "motdepasse", "phrase",   "secret",  "welcome",   "bienvenue", "bonjour",
    "soleil",   "azerty",     "qwerty",     "qwertz",   "admin",   "letmein",   "monkey",    "dragon",
    "football", "master",     "login",      "rogatory", "justice", "court",     "rome",      "statute",
    "statut",   "haye",       "hague",      "icc",      "cpi",     "fiu",       "crf",       "senegal",
    "france",   "janvier",    "january",    "summer",   "winter",  "printemps", "hiver",     "123"};

[[nodiscard]] char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Bits of one character of the alphabet that the phrase draws from.
[[nodiscard]] double bits_per_character(std::string_view text) {
    bool lower_case = false;
    bool upper_case = false;
    bool digit = false;
    bool other = false;
    for (const char c : text) {
        if (c >= 'a' && c <= 'z')
            lower_case = true;
        else if (c >= 'A' && c <= 'Z')
            upper_case = true;
        else if (c >= '0' && c <= '9')
            digit = true;
        else if (c != ' ' && c != '-')
            other = true;
    }
    // Letters of a natural language carry far less than log2(26) each: 2.6 bits where the phrase is letters alone.
    if (!upper_case && !digit && !other) return 2.6;
    const double alphabet = (lower_case ? 26 : 0) + (upper_case ? 26 : 0) + (digit ? 10 : 0) + (other ? 20 : 0);
    // A capital in front and a digit at the end are habits, not choices: half of what a random draw would give.
    return std::log2(std::max(alphabet, 2.0)) * 0.62;
}

// Cheap upper estimate of what a guesser must try: known words, runs, repetitions and the user name count little.
[[nodiscard]] double estimate_bits(std::string text, std::string_view user_name) {
    std::string folded;
    folded.reserve(text.size());
    for (const char c : text) folded.push_back(lower(c));
    double bits = 0;
    const auto take_out = [&](std::string_view word, double worth) {
        if (word.size() < 3) return;
        for (auto at = folded.find(word); at != std::string::npos; at = folded.find(word)) {
            folded.erase(at, word.size());
            text.erase(at, word.size());
            bits += worth;
        }
    };
    take_out(user_name, 1);
    for (const auto word : kCommon) take_out(word, 6);
    const double each = bits_per_character(text);
    std::size_t counted = 0;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        if (folded[i] == ' ' || folded[i] == '-') continue;
        // The third of a run ("aaa", "abc", "321") and all that follow.
        const int step = i > 0 ? folded[i] - folded[i - 1] : 2;
        const bool run = i > 1 && step >= -1 && step <= 1 && step == folded[i - 1] - folded[i - 2];
        // A stretch of four that stood before adds nothing ("abcdabcd").
        const bool repeated = i >= 4 && folded.substr(0, i).find(folded.substr(i - 3, 4)) != std::string::npos;
        if (run || repeated) {
            bits += 0.3;
        } else {
            ++counted;
        }
    }
    crypto::wipe(folded);
    crypto::wipe(text);
    return bits + static_cast<double>(counted) * each;
}

}  // namespace

PassphraseProposal propose_passphrase() {
    auto& random = crypto::system_random();
    // Bytes from a range that the alphabet's size divides, so that no letter is likelier than another.
    const auto pick = [&random](std::string_view from) {
        const auto fair = 256 - 256 % from.size();
        for (;;) {
            const auto byte = random.bytes<1>()[0];
            if (byte < fair) return from[byte % from.size()];
        }
    };
    PassphraseProposal proposal;
    for (std::size_t group = 0; group < kGroups; ++group) {
        if (group > 0) proposal.passphrase += '-';
        for (int syllable = 0; syllable < 2; ++syllable) {
            proposal.passphrase += pick(kConsonants);
            proposal.passphrase += pick(kVowels);
        }
    }
    proposal.strength_bits = kBitsPerGroup * static_cast<double>(kGroups);
    return proposal;
}

Result<> check_passphrase(std::string_view passphrase, std::string_view user_name) {
    ROGATORY_TRY(const auto normal, normalised_passphrase(passphrase));
    const double bits = estimate_bits(std::string{normal.expose_secret()}, user_name);
    if (bits < kNeededBits) {
        return fail(Error{ErrorCode::invalid_input, "passphrase.weak"}
                        .with("bits", std::to_string(static_cast<int>(bits)))
                        .with("needed", std::to_string(static_cast<int>(kNeededBits))));
    }
    return {};
}

}  // namespace rogatory::agent
