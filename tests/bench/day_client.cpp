// People at work: each of --threads connections at a time is one person's visit, who asks as a client does on opening,
// reads a dossier, perhaps writes, and goes; then the next one comes. For tests/bench/day.
//
//   day_client --port P --people FILE --beginning FILE [--threads 300] [--rate R] [--seconds S] [--size BYTES]
//
// FILE is what day_world printed. R is how many requests a second all of them together make, if the server keeps up:
// between two requests people think. Prints for each kind of request {"what", "count", "errors", "p50_us", "p99_us",
// "worst_us"}, and at the end {"what": "all", …, "per_second"}. A person who has nothing more to append reads only.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <thread>

#include "tests/bench/connection.hpp"

using namespace rogatory::bench;

namespace {

struct Person {
    std::string token;
    std::string dossier;
    std::string place;  // chain and authority of Upload-Metadata; empty: only reads
    std::vector<std::string> bodies;
    std::size_t appended = 0;
    bool came = false;
};

struct Options {
    std::vector<Person> people;
    std::string beginning;
    double rate = 350;
    double seconds = 60;
    std::size_t threads = 300;
    std::size_t size = 64 * 1024;
};
Options options;

struct Tally {
    std::vector<double> spent;
    long errors = 0;
};
using Tallies = std::map<std::string, Tally>;

std::vector<Person> people_of(const std::string& file) {
    std::vector<Person> people;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('{')) {
            people.at(people.size() - 1).bodies.push_back(line);
            continue;
        }
        std::istringstream words{line};
        Person person;
        std::string chain, authority;
        words >> person.token >> person.dossier;
        if (std::string word; words >> word >> chain >> authority) person.place = chain + ' ' + authority;
        people.push_back(std::move(person));
    }
    return people;
}

// One person's visits, on one thread.
class Visitor {
public:
    Visitor(std::size_t number, Clock::time_point start)
        : start_{start},
          random_{static_cast<std::uint32_t>(number)},
          pause_{options.rate / static_cast<double>(options.threads)} {
        // Nobody is in two places at once: a person belongs to one thread.
        for (std::size_t i = number; i < options.people.size(); i += options.threads) {
            (options.people[i].place.empty() ? readers_ : authors_).push_back(&options.people[i]);
        }
    }

    Tallies run() {
        think();
        for (std::size_t visit = random_() % 3; since(start_) < options.seconds; ++visit) {
            const bool writes = !authors_.empty() && (readers_.empty() || visit % 3 == 0);
            auto& those = writes ? authors_ : readers_;
            if (those.empty()) break;
            go(*those[visit % those.size()], writes);
        }
        return std::move(tallies_);
    }

private:
    void go(Person& person, bool writes) {
        person.came = true;
        bearer_ = "Authorization: Bearer " + person.token + "\r\n";
        if (!timed("sign on", [&] { return connection_.open(); })) return;
        get("me", "/api/v1/me");
        get("list", "/api/v1/dossiers?limit=50");
        get("checkpoint", "/log/0/checkpoint");
        for (int i = 0; i < 6; ++i) get("read", "/api/v1/chains/" + person.dossier + "?limit=20");
        if (writes) {
            for (int i = 0; i < 2 && person.appended < person.bodies.size(); ++i) append(person);
            upload(person);
        }
        connection_.close();
    }

    void get(const char* what, const std::string& path) {
        timed(what, [&] {
            Answer answer;
            return connection_.ask("GET", path, bearer_) && well(connection_, answer);
        });
    }
    void append(Person& person) {
        const auto& body = person.bodies[person.appended++];
        timed("append", [&] {
            Answer answer;
            const auto head =
                bearer_ + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size());
            return connection_.ask("POST", "/api/v1/statements", head + "\r\n") &&
                   connection_.write(body.data(), body.size()) && well(connection_, answer);
        });
    }
    void upload(const Person& person) {
        constexpr const char* kVersion = "Tus-Resumable: 1.0.0\r\n";
        std::string id(32, '0');
        for (char& c : id) c = "0123456789abcdef"[random_() % 16];
        std::string id64(EVP_ENCODE_LENGTH(32), '\0');
        id64.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(id64.data()),
                                                             reinterpret_cast<const unsigned char*>(id.data()), 32)));
        const auto space = person.place.find(' ');
        const auto metadata = "Upload-Metadata: chain " + person.place.substr(0, space) + ",attachment " + id64 +
                              ",authority " + person.place.substr(space + 1) + "\r\n";
        timed("upload", [&] {
            Answer answer;
            if (!connection_.ask("POST", "/api/v1/uploads",
                                 bearer_ + kVersion + "Upload-Length: " + std::to_string(options.size) +
                                     "\r\nContent-Length: 0\r\n" + metadata) ||
                !well(connection_, answer)) {
                return false;
            }
            const auto head = "Authorization: Bearer " + answer.field("upload-ticket") + "\r\n" + kVersion +
                              "Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " +
                              std::to_string(options.size) + "\r\n";
            return connection_.ask("PATCH", answer.field("location"), head) &&
                   connection_.write(options.beginning.data(), options.beginning.size()) &&
                   connection_.write(payload().data(), options.size - options.beginning.size()) &&
                   well(connection_, answer);
        });
    }

    template <class Work>
    bool timed(const char* what, Work&& work) {
        if (connection_.is_open() || std::string_view{what} == "sign on") {
            auto& tally = tallies_[what];
            const auto begun = Clock::now();
            if (work()) {
                tally.spent.push_back(since(begun) * 1e6);
                think();
                return true;
            }
            ++tally.errors;
            connection_.close();
        }
        think();
        return false;
    }
    void think() {
        const auto left = options.seconds - since(start_);
        std::this_thread::sleep_for(
            std::chrono::duration<double>(std::clamp(pause_(random_), 0.0, std::max(left, 0.0))));
    }

    Clock::time_point start_;
    std::mt19937 random_;
    std::exponential_distribution<double> pause_;  // requests a second of one thread
    std::vector<Person*> authors_;
    std::vector<Person*> readers_;
    Connection connection_;
    std::string bearer_;
    Tallies tallies_;
};

double quantile(std::vector<double>& spent, double q) {
    if (spent.empty()) return 0;
    const auto at = std::min(spent.size() - 1, static_cast<std::size_t>(q * static_cast<double>(spent.size())));
    std::nth_element(spent.begin(), spent.begin() + static_cast<std::ptrdiff_t>(at), spent.end());
    return spent[at];
}

void print(const std::string& what, Tally& tally, double seconds = 0) {
    std::printf("{\"what\":\"%s\",\"count\":%zu,\"errors\":%ld,\"p50_us\":%.0f,\"p99_us\":%.0f,\"worst_us\":%.0f",
                what.c_str(), tally.spent.size(), tally.errors, quantile(tally.spent, 0.5), quantile(tally.spent, 0.99),
                quantile(tally.spent, 1));
    if (seconds > 0) std::printf(",\"per_second\":%.1f", static_cast<double>(tally.spent.size()) / seconds);
    std::printf("}\n");
}

bool parse(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = argv[i + 1];
        if (name == "--port") {
            target.port = static_cast<std::uint16_t>(std::stoi(value));
        } else if (name == "--people") {
            options.people = people_of(value);
        } else if (name == "--beginning") {
            std::ostringstream whole;
            whole << std::ifstream{value, std::ios::binary}.rdbuf();
            options.beginning = whole.str();
        } else if (name == "--threads") {
            options.threads = std::stoull(value);
        } else if (name == "--rate") {
            options.rate = std::stod(value);
        } else if (name == "--seconds") {
            options.seconds = std::stod(value);
        } else if (name == "--size") {
            options.size = std::stoull(value);
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && !options.people.empty() && options.threads > 0 && options.rate > 0 &&
           options.size >= options.beginning.size() && options.size - options.beginning.size() <= payload().size();
}

}  // namespace

int main(int argc, char** argv) {
    if (!parse(argc, argv)) {
        std::fprintf(stderr, "day_client: usage: see its head\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    prepare();
    Tallies all;
    std::mutex guard;
    const auto start = Clock::now();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < options.threads; ++i) {
        threads.emplace_back([&, i] {
            auto tallies = Visitor{i, start}.run();
            const std::lock_guard lock{guard};
            for (auto& [what, tally] : tallies) {
                auto& into = all[what];
                into.spent.insert(into.spent.end(), tally.spent.begin(), tally.spent.end());
                into.errors += tally.errors;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const auto seconds = since(start);
    Tally together;
    for (auto& [what, tally] : all) {
        print(what, tally);
        together.spent.insert(together.spent.end(), tally.spent.begin(), tally.spent.end());
        together.errors += tally.errors;
    }
    print("all", together, seconds);
    const auto came =
        std::count_if(options.people.begin(), options.people.end(), [](const Person& person) { return person.came; });
    std::printf("{\"what\":\"people\",\"accounts\":%zu,\"came\":%td}\n", options.people.size(), came);
    return together.errors == 0 ? 0 : 1;
}
