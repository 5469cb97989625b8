"""What Facebook takes of a video's caption file, and under which locale it knows a language.

From Meta's reference of the edge `captions` of a video (Graph API v26.0): a SubRip file of at most
200K whose name is NAME.LOCALE.srt. A locale is a language and a country in Facebook's own list
(FacebookLocales.xml); a post has a language only.
"""

from collections.abc import Iterator

from connectors.contract import OutgoingPost, Problem

MOST_BYTES = 200_000
"""The smaller reading of “200K”."""
_LISTED = """
af_ZA ar_AR be_BY bg_BG bn_IN bs_BA ca_ES cs_CZ cy_GB da_DK de_DE el_GR en_US es_ES et_EE eu_ES
fa_IR fi_FI fr_FR ga_IE gl_ES gu_IN he_IL hi_IN hr_HR hu_HU hy_AM id_ID is_IS it_IT ja_JP ka_GE
ko_KR ku_TR lt_LT lv_LV mk_MK ml_IN mr_IN ms_MY mt_MT nb_NO ne_NP nl_NL nn_NO pa_IN pl_PL ps_AF
pt_PT ro_RO ru_RU sk_SK sl_SI so_SO sq_AL sr_RS sv_SE sw_KE ta_IN te_IN th_TH tr_TR uk_UA ur_PK
vi_VN zh_CN
"""
LOCALES = {one[:2]: one for one in _LISTED.split()} | {"no": "nb_NO"}
"""By ISO 639-1; English as the one that reports of a success name."""


def caption_problems(post: OutgoingPost) -> Iterator[Problem]:
    """Yield why Facebook would refuse the caption file of a post's video."""
    for captions in (one.captions for one in post.media if one.captions is not None):
        if len(captions.content) > MOST_BYTES:
            size = len(captions.content)
            message = f"The caption file has {size:,} bytes, the most is {MOST_BYTES:,}."
            yield Problem(field="media", message=message)
        if post.language not in LOCALES:
            message = (
                f"Facebook takes no caption file in the language “{post.language}”: make the "
                "captions part of the picture and write “captions: burnt-in” beside the file."
            )
            yield Problem(field="media", message=message)
