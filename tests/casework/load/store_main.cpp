// casework_store PLAN DATA: lives the year of the plan as casework_load does, and puts it into the data folder DATA,
// which `rogatoryd init` made. Told on standard input what to do, one line each, it answers with a line of JSON:
//
//   night            everything up to the night of the last day
//   later            everything up to half a year later
//   compare FOLDER   what a data folder holds (a restored one) against what was done
//
// See tests/bench/backup.
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "crypto/encoding/canonical_json.hpp"
#include "tests/casework/load/loader.hpp"
#include "tests/casework/load/real_store.hpp"
#include "tests/support/must.hpp"

using namespace rogatory;
using namespace rogatory::test;
using encoding::Json;

namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t milliseconds_since(Clock::time_point start) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count());
}

void answer(Json::Object object) { std::cout << encoding::encode_canonical_json(Json{std::move(object)}) << std::endl; }

class Year {
public:
    Year(const Plan& plan, std::filesystem::path data) : plan_{plan}, data_{std::move(data)}, people_{plan} {
        people_.pin(plan);
    }

    void until(UnixSeconds end) {
        auto start = Clock::now();
        loader_.run_until(end);
        const auto lived = milliseconds_since(start);
        start = Clock::now();
        if (!store_) store_ = std::make_unique<RealStore>(people_.cast.platform, data_);
        store_->catch_up();
        answer({{"acts", loader_.counts().acts},
                {"statements", store_->statements()},
                {"attachments", store_->uploads()},
                {"lived_milliseconds", lived},
                {"stored_milliseconds", milliseconds_since(start)}});
    }

    void against(const std::string& folder) const {
        const auto found = compare(people_.cast.platform, folder);
        Json::Array differences;
        for (const auto& one : found.differences) differences.emplace_back(one);
        answer({{"chains", found.chains},
                {"statements", found.statements},
                {"age_files", found.blobs},
                {"attachments", found.attachments},
                {"log_entries", found.entries},
                {"differences", std::move(differences)}});
    }

private:
    const Plan& plan_;
    std::filesystem::path data_;
    People people_;
    Loader loader_{plan_, people_};
    std::unique_ptr<RealStore> store_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "casework_store PLAN DATA\n";
        return 2;
    }
    try {
        std::ifstream file{argv[1], std::ios::binary};
        std::ostringstream text;
        text << file.rdbuf();
        const auto plan = read_plan(text.str());
        Year year{plan, argv[2]};
        for (std::string line; std::getline(std::cin, line);) {
            if (line == "night") {
                year.until(plan.night);
            } else if (line == "later") {
                year.until(plan.later);
            } else if (line.starts_with("compare ")) {
                year.against(line.substr(8));
            } else {
                throw std::runtime_error{"unknown: " + line};
            }
        }
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << "\n";
        return 1;
    }
    return 0;
}
