"""Each rule broken on purpose with what the test says then, and a short history that finds it."""

from collections.abc import Sequence

from tests.services.one_hand import broken
from tests.services.one_hand.broken import Break
from tests.services.one_hand.desk import Step

BROKEN: Sequence[tuple[Break, str, Sequence[Step]]] = (
    (
        broken.own_proposals_are_confirmed,
        "facts was proposed and confirmed by one account",
        [
            (4, "upload", 799, 997, 7379, 3417),
            (3, "flood", 793, 4535, 8664, 2102),
            (1, "fact", 1380, 2657, 3643, 213),
            (4, "confirm", 8634, 8800, 1074, 9402),
        ],
    ),
    (
        broken.own_proposals_are_confirmed,
        "extend_fact was proposed and confirmed by one account",
        [
            (1, "upload", 2488, 7793, 949, 8161),
            (4, "fact", 4554, 6101, 8032, 9677),
            (0, "confirm", 7698, 5713, 3890, 183),
            (4, "extend_fact", 688, 1946, 6961, 3402),
            (5, "confirm", 552, 1114, 7904, 2523),
        ],
    ),
    (
        broken.own_proposals_are_confirmed,
        "outside_result was proposed and confirmed by one account",
        [(3, "upload", 6890, 663, 4242, 8376), (4, "outside", 9861, 2407, 5081, 1618), (4, "confirm", 8989, 230, 1528, 6534)],
    ),
    (
        broken.own_proposals_are_confirmed,
        "recolour was proposed and confirmed by one account",
        [
            (2, "propose_removal", 6490, 1162, 4463, 3387),
            (4, "request", 810, 3432, 7048, 3233),
            (1, "upload", 7383, 3412, 8277, 3967),
            (4, "review", 2732, 4368, 4320, 6739),
            (5, "put_back", 6155, 3308, 3342, 3002),
            (0, "extend_fact", 5122, 9602, 6885, 411),
            (4, "confirm", 7814, 8508, 6607, 4080),
        ],
    ),
    (
        broken.own_requests_are_moved,
        "a request was entered and reviewed by one account",
        [(2, "upload", 8181, 8278, 6444, 9650), (4, "request", 6139, 1416, 7191, 8330), (5, "review", 9689, 3180, 8066, 1710)],
    ),
    (
        broken.own_requests_are_moved,
        "a request went through one hand twice",
        [
            (0, "upload", 9169, 2029, 1037, 2440),
            (2, "request", 1280, 9387, 1923, 3254),
            (3, "review", 4652, 4617, 6302, 5102),
            (2, "confirm", 542, 1696, 2686, 3058),
        ],
    ),
    (
        broken.every_level_confirms,
        "facts was confirmed at the wrong level",
        [(2, "enter", 5269, 8960, 6474, 474), (4, "fact", 1335, 8439, 1081, 2529), (0, "confirm", 5305, 7133, 7705, 3577)],
    ),
    (
        broken.every_level_confirms,
        "extend_fact was confirmed at the wrong level",
        [
            (1, "upload", 2488, 7793, 949, 8161),
            (4, "fact", 4554, 6101, 8032, 9677),
            (0, "confirm", 7698, 5713, 3890, 183),
            (4, "extend_fact", 688, 1946, 6961, 3402),
            (1, "confirm", 5033, 3355, 6971, 5029),
        ],
    ),
    (
        broken.every_level_confirms,
        "outside_result was confirmed at the wrong level",
        [(3, "upload", 6890, 663, 4242, 8376), (4, "outside", 9861, 2407, 5081, 1618), (2, "confirm", 3059, 540, 4260, 7807)],
    ),
    (
        broken.nobody_opens_reports,
        "it went on with photos that were not opened",
        [(3, "upload", 6890, 663, 4242, 8376), (4, "outside", 9861, 2407, 5081, 1618), (2, "confirm", 3059, 540, 4260, 4)],
    ),
    (
        broken.every_level_confirms,
        "recolour was confirmed at the wrong level",
        [
            (0, "upload", 431, 9958, 8095, 8320),
            (0, "request", 9246, 2163, 6179, 4639),
            (0, "review", 4055, 5913, 6488, 3577),
            (1, "confirm", 4499, 4534, 2229, 1331),
        ],
    ),
    (
        broken.district_staff_confirm,
        "facts was confirmed at the wrong level",
        [(5, "upload", 1990, 3983, 149, 6460), (5, "fact", 3926, 2918, 9537, 182), (3, "confirm", 8127, 2853, 6684, 3419)],
    ),
    (
        broken.district_staff_confirm,
        "recolour was confirmed at the wrong level",
        [
            (0, "upload", 217, 5216, 180, 3695),
            (1, "request", 6265, 10, 5540, 5161),
            (3, "review", 6000, 9389, 6477, 7149),
            (1, "confirm", 7057, 7053, 1197, 8063),
        ],
    ),
    (
        broken.every_unit_reviews,
        "recolour was reviewed in another unit",
        [
            (4, "upload", 9227, 1774, 4945, 2450),
            (2, "request", 6012, 6167, 1433, 8607),
            (4, "review", 825, 6519, 9859, 7132),
            (2, "confirm", 2162, 6893, 7708, 1046),
        ],
    ),
    (
        broken.a_review_is_anothers,
        "a request went through other hands",
        [
            (4, "upload", 585, 9522, 2594, 7056),
            (1, "enter", 5893, 8417, 9173, 2979),
            (3, "fact", 8607, 5967, 9723, 5796),
            (2, "outside", 7303, 2640, 6551, 7559),
            (4, "fact", 9135, 7480, 7972, 3634),
            (3, "request", 2514, 7746, 3695, 1531),
            (5, "upload", 5119, 396, 7337, 2089),
            (4, "review", 514, 4042, 3808, 7285),
            (0, "confirm", 9686, 3738, 5895, 4204),
        ],
    ),
    (
        broken.an_end_is_anothers,
        "was ended by other hands than went on",
        [
            (1, "upload", 7634, 6170, 7402, 1862),
            (5, "fact", 4307, 2103, 7792, 4648),
            (0, "confirm", 7695, 1113, 7026, 2509),
            (3, "extend_fact", 4405, 9991, 8024, 9801),
            (2, "confirm", 2953, 1156, 8919, 4987),
        ],
    ),
    (
        broken.any_result_from_outside_is_entered,
        "confirm outside_result turned somebody to a more severe colour",
        [(1, "upload", 6147, 725, 9548, 66), (1, "outside", 3128, 5712, 7098, 6784), (0, "confirm", 4957, 2702, 2855, 2885)],
    ),
    (
        broken.a_request_makes_anybody_worse,
        "confirm recolour turned somebody to a more severe colour",
        [
            (1, "upload", 4216, 3999, 4911, 2413),
            (0, "request", 3860, 2861, 5692, 6953),
            (2, "outside", 6662, 3043, 2862, 5905),
            (5, "fact", 6393, 1358, 8312, 25),
            (1, "review", 1809, 1463, 3479, 9489),
            (0, "confirm", 3612, 2412, 5166, 4875),
        ],
    ),
    (
        broken.a_request_has_another_hand,
        "by other hands",
        [
            (2, "upload", 3381, 5819, 5134, 3660),
            (3, "request", 307, 3206, 2298, 8748),
            (1, "review", 1636, 1904, 6477, 776),
            (1, "confirm", 8193, 5796, 1283, 3854),
        ],
    ),
    (
        broken.what_is_extended_stands_on,
        "goes on beside the one that it follows",
        [
            (1, "upload", 7634, 6170, 7402, 1862),
            (5, "fact", 4307, 2103, 7792, 4648),
            (0, "confirm", 7695, 1113, 7026, 2509),
            (3, "extend_fact", 4405, 9991, 8024, 9801),
            (2, "confirm", 2953, 1156, 8919, 4987),
        ],
    ),
    (
        broken.an_extension_counts_at_once,
        "extend_fact changed a colour",
        [
            (1, "upload", 9853, 6139, 1567, 6540),
            (1, "fact", 2488, 7793, 949, 8161),
            (0, "confirm", 7698, 5713, 3890, 183),
            (2, "extend_fact", 6699, 3692, 8822, 7216),
        ],
    ),
    (
        broken.a_review_counts_at_once,
        "that nobody proposed",
        [(0, "request", 8066, 5876, 8827, 2806), (3, "send_back", 142, 3631, 5070, 6127), (2, "review", 5973, 2159, 4096, 2575)],
    ),
    (
        broken.somebody_comes_beside_a_positive,
        "a positive was taken away by one account",
        [
            (4, "declare", 7292, 5575, 1325, 1678),
            (2, "outside", 8834, 5370, 4225, 3640),
            (1, "upload", 90, 8544, 5482, 149),
        ],
    ),
    (
        broken.a_result_from_outside_is_ours,
        "a result from outside cleared yellow-pooled",
        [
            (2, "upload", 6725, 6057, 9015, 3143),
            (3, "upload", 5610, 3032, 9750, 6595),
            (5, "enter", 7289, 5089, 3084, 8585),
            (2, "outside", 5986, 7059, 172, 186),
            (2, "confirm", 7973, 3748, 7940, 6443),
        ],
    ),
    (
        broken.a_result_from_outside_counts_at_once,
        "a result from outside by one hand",
        [(5, "upload", 9741, 3150, 5478, 2622), (5, "outside", 2138, 241, 6583, 6840)],
    ),
    (
        broken.any_result_from_outside_is_entered,
        "a result from outside that nobody may enter",
        [(0, "upload", 5701, 314, 7653, 4464), (1, "outside", 2470, 1808, 3479, 822), (4, "confirm", 5169, 5179, 810, 2645)],
    ),
    (broken.there_is_no_limit, "3 positives of one account in one shift", [(5, "upload", 1671, 396, 7337, 2089)]),
    (
        broken.one_file_takes_a_positive_away,
        "a positive was taken away by one account",
        [(1, "upload", 7653, 645, 9772, 1653), (4, "upload", 3332, 951, 2592, 2653)],
    ),
    (
        broken.a_pool_clears_a_pool,
        "a pooled positive is grey-review",
        [(0, "enter", 6805, 1521, 392, 5881), (5, "upload", 1579, 7132, 8357, 3288), (4, "upload", 8453, 635, 7695, 5855)],
    ),
    (
        broken.what_an_importer_declares_counts_at_once,
        "declared by one hand",
        [(3, "bring", 4770, 4382, 7383, 6259), (3, "approve", 1115, 2760, 3795, 2064)],
    ),
    (
        broken.recalls_take_one,
        "a recall moved a positive by one account",
        [(5, "upload", 9231, 9070, 4350, 9995), (2, "put_back", 2671, 6161, 9880, 4354)],
    ),
    (
        broken.a_tube_holds_whoever_is_in_it_by_now,
        "somebody got the result of a tube that they were put into since",
        [
            (0, "limit", 1, 0, 0, 0),
            (0, "register", 1, 365, 416, 1),
            (0, "tube", 1, 8870, 150, 1),
            (0, "register", 1, 6245, 3548, 1),
            (0, "confirm", 193, 1, 1, 2),
        ],
    ),
    (
        broken.a_tube_holds_whoever_is_in_it_by_now,
        "somebody was put beside whose positive it is",
        [
            (0, "limit", 1, 0, 0, 0),
            (0, "register", 1, 2201, 9324, 1),
            (0, "tube", 1, 1033, 4179, 1),
            (0, "register", 1, 1931, 8116, 1),
            (0, "confirm", 193, 1, 1, 2),
        ],
    ),
    (
        broken.what_is_put_down_outlives_the_approval,
        "declared by one hand",
        [
            (0, "enter", 13, 0, 0, 0),
            (0, "ask", 37, 1, 0, 0),
            (0, "answer", 37, 1, 1, 2),
            (0, "approve", 37, 1, 0, 1),
            (0, "undo", 37, 1, 0, 0),
            (0, "ask", 49, 1, 0, 0),
            (0, "answer", 49, 1, 1, 1),
            (0, "approve", 49, 1, 0, 1),
            (0, "confirm", 193, 1, 0, 1),
        ],
    ),
    (
        broken.who_added_a_document_says_whose_the_rows_are,
        "who added a document said whose a row is",
        [
            (0, "settle", 9643, 9615, 3744, 8449),
            (5, "add_document", 505, 2218, 8989, 4838),
            (3, "upload", 8299, 7273, 4506, 2511),
            (5, "settle", 2810, 8890, 3106, 1078),
        ],
    ),
    (
        broken.who_is_joined_is_counted_as_before,
        "people or tubes are counted otherwise",
        [
            (0, "upload", 1, 1178, 2273, 1),
            (0, "upload", 13, 7288, 2075, 1),
            (0, "join", 109, 2, 0, 0),
            (0, "confirm", 61, 1, 1, 2),
        ],
    ),
    (
        broken.who_is_joined_is_not_decided_again,
        "somebody was not decided again",
        [
            (0, "upload", 1, 849, 2569, 1),
            (0, "upload", 13, 1854, 6091, 1),
            (0, "join", 109, 7, 3, 0),
            (0, "confirm", 61, 1, 1, 2),
        ],
    ),
)
