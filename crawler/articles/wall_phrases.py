"""What pages that stand in an article's place say: bot walls, consent walls, soft 404s, doors. Data.

Phrases are compared by their words, without case and punctuation.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


def plain(text: str) -> str:
    """The words of a text, as phrases are compared."""
    return " ".join(_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Wall:
    """One kind of page that is no article."""

    reason: str
    """Reason of the refusal."""
    words: str
    """What to call it."""
    titles: frozenset[str]
    """What its title or first heading is."""
    beginnings: tuple[str, ...]
    """What its title or first heading begins with."""
    texts: tuple[str, ...]
    """What stands in a short page that says little else."""


def _wall(reason: str, words: str, titles: str, beginnings: str = "", texts: str = "") -> Wall:
    """Phrases stand between bars."""
    each = [[plain(phrase) for phrase in listed.split("|") if phrase.strip()] for listed in (titles, beginnings, texts)]
    return Wall(reason, words, frozenset(each[0]), tuple(each[1]), tuple(each[2]))


BLOCK = _wall(
    "block_page",
    "a wall against robots",
    """
    Just a moment | One moment please | Please wait | Access Denied | Access to this page has been denied |
    Access Restricted | Forbidden | 403 Forbidden | Blocked | Request blocked | Request Rejected |
    You have been blocked | Sorry, you have been blocked | Are you a robot | Are you human | Robot Check |
    Bot Verification | Human Verification | Security Check | Security Verification | Captcha | One more step |
    Attention Required | Too Many Requests | Rate limited | Web Page Blocked | Service Unavailable |
    Zugriff verweigert | Zugriff gesperrt | Sind Sie ein Roboter | Sicherheitsüberprüfung | Einen Moment bitte |
    Accès refusé | Accès interdit | Êtes-vous un robot | Un instant | Acceso denegado |
    Un momento | Accesso negato | Un attimo | Acesso negado |
    Toegang geweigerd | Odmowa dostępu | Brak dostępu | Přístup odepřen | Erişim engellendi | Доступ запрещён |
    Доступ запрещен | Доступ ограничен | Доступ заблокирован | Вы не робот | Подтвердите, что вы не робот |
    Проверка браузера | Проверка безопасности | Ой, Капча | Доступ заборонено | تم رفض الوصول | 访问被拒绝 |
    请稍候 | 安全验证
    """,
    """
    Attention Required Cloudflare | Pardon Our Interruption | Checking your browser |
    Checking if the site connection is secure | DDoS protection by | DDoS-Guard | Verify you are human |
    Verifying you are human | Please verify you are | Please verify you're | Are you a robot or |
    You are being rate limited | Press & Hold to confirm | Vérification que vous êtes humain
    """,
    """
    enable JavaScript and cookies to continue | enable JS and disable any ad blocker |
    enable cookies and reload the page | unusual traffic from your | detected unusual traffic |
    detected unusual activity from your | verify you are human by completing | verify that you are not a robot |
    confirm you're not a robot | why have I been blocked | you have been blocked |
    your access to this site has been limited | you don't have permission to access |
    we believe you are using automation tools | Request unsuccessful. Incapsula incident |
    Checking your browser before accessing | needs to review the security of your connection | DDoS protection by |
    подтвердите, что вы не робот | запросы, поступившие с вашего IP-адреса, похожи на автоматические |
    проверяем ваш браузер
    """,
)

CONSENT = _wall(
    "consent_page",
    "a request for consent",
    """
    Before you continue | We value your privacy | We respect your privacy | We care about your privacy |
    Your privacy is important to us | Your privacy matters | Your privacy choices | Your privacy | Privacy settings |
    Privacy preference center | Privacy gate | Consent | Cookie consent | Cookie consent required | Cookie settings |
    Cookies | We use cookies | This site uses cookies | This website uses cookies | Manage cookies |
    Wir respektieren Ihre Privatsphäre | Ihre Privatsphäre ist uns wichtig | Wir schätzen Ihre Privatsphäre |
    Bevor Sie fortfahren | Datenschutzeinstellungen | Datenschutz-Einstellungen | Privatsphäre-Einstellungen |
    Cookie-Einstellungen | Cookie-Zustimmung | Zustimmung erforderlich | Avant de continuer |
    Nous respectons votre vie privée | Votre vie privée est importante | Votre vie privée est importante pour nous |
    Le respect de votre vie privée est notre priorité | Le respect de votre vie privée est important |
    Paramètres de confidentialité | Gestion des cookies | Antes de continuar | Valoramos tu privacidad |
    Valoramos su privacidad | Respetamos tu privacidad | Tu privacidad es importante |
    Su privacidad es importante para nosotros | Configuración de cookies | Prima di continuare |
    La tua privacy è importante | La tua privacy è importante per noi | Rispettiamo la tua privacy |
    Il rispetto della tua privacy è la nostra priorità | Valorizamos a sua privacidade | Valorizamos sua privacidade |
    A sua privacidade é importante | A sua privacidade é importante para nós | Voordat je verdergaat |
    Voordat u verdergaat | Wij respecteren je privacy | Wij respecteren uw privacy | Je privacy is belangrijk |
    Cookie-instellingen | Zanim przejdziesz dalej | Dbamy o Twoją prywatność | Cenimy Twoją prywatność |
    Szanujemy Twoją prywatność | Než budete pokračovat | Vážíme si vašeho soukromí | Innan du fortsätter |
    Vi värnar om din integritet | Før du fortsætter | Vi respekterer dit privatliv | Før du fortsetter |
    Vi bryr oss om ditt personvern | Ennen kuin jatkat | Devam etmeden önce | Gizliliğinize önem veriyoruz |
    Mielőtt továbblép | Înainte de a continua | Πριν συνεχίσετε | Прежде чем продолжить |
    Мы ценим вашу конфиденциальность | Мы заботимся о вашей конфиденциальности | Мы используем файлы cookie |
    Мы используем cookie | Настройки конфиденциальности | Перш ніж продовжити
    """,
    """
    Before you continue to |
Antes de continuar a | Prima di continuare su | Прежде чем перейти
    """,
    """
    and our partners store and or access information on a device | und unsere Partner speichern |
    stimmen Sie bitte der Verwendung von Cookies |
    et nos partenaires stockons | y nuestros socios almacenamos | e i nostri partner archiviamo
    """,
)

NOT_FOUND = _wall(
    "soft_404",
    "a page that stands for one that is not there",
    """
    404 | Error | Error 404 | 404 Error | Not Found | 404 Not Found | Page not found | 404 Page not found |
    Error 404 Page not found | Page cannot be found | Page can't be found | Page could not be found |
    Page does not exist | Page doesn't exist | Page no longer exists | Page unavailable | Page not available |
    File not found | Article not found | Story not found | Content not found | Content unavailable |
    Content not available | Nothing found | Something went wrong | Oops | Gone | Seite nicht gefunden |
    Artikel nicht gefunden | Seite existiert nicht | Fehler 404 | Page introuvable | Page non trouvée |
    Article introuvable | Erreur 404 | Página no encontrada | Pagina no encontrada | La página no existe |
    Error 404 Página no encontrada | Pagina non trovata | Errore 404 | Página não encontrada | Erro 404 |
    Pagina niet gevonden | Nie znaleziono strony | Strona nie istnieje | Strona nie została znaleziona |
    Sidan hittades inte | Sidan finns inte | Siden blev ikke fundet | Siden findes ikke | Siden finnes ikke |
    Fant ikke siden | Sivua ei löytynyt | Stránka nenalezena | Stránka nebyla nalezena | Az oldal nem található |
    Pagina nu a fost găsită | Η σελίδα δεν βρέθηκε | Sayfa bulunamadı | Страница не найдена | Страница не существует |
    Страница удалена | Такой страницы нет | Материал не найден | Статья не найдена | Ошибка 404 | Ошибка |
    404 Страница не найдена | Сторінку не знайдено | Старонка не знойдзена | الصفحة غير موجودة |
    لم يتم العثور على الصفحة | 页面不存在 | 页面未找到 | 找不到页面 |
    ページが見つかりません
    """,
    """
    The page you requested |
    The page you are looking for | The page you're looking for | The page you were looking for |
    This page doesn't exist | This page does not exist | This page isn't available | This page is not available |
    This page could not be found | We can't find the page | We could not find the page | We couldn't find the page |
    Sorry, the page you | Sorry, this page isn't available | Sorry, this page is not available |
    Sorry, we can't find | Sorry, we couldn't find | Oops! That page can |
    Die angeforderte Seite | Diese Seite existiert nicht | Diese Seite konnte nicht gefunden | La page demandée |
    La page que vous cherchez | Cette page n'existe | La página que buscas | La página solicitada |
    Esta página no existe | La pagina che cerchi | La pagina richiesta | A página que procura | Запрашиваемая страница |
    Запрошенная страница | К сожалению, страница
    """,
)

DOOR = _wall(
    "empty_shell",
    "a door to what readers must sign in for",
    """
    Log in | Login | Sign in | Sign in to continue | Log in to continue | Please log in | Please sign in |
    Subscribe to continue | Subscribe to continue reading | Subscribe to read | Subscription required |
    Subscriber login | Register to continue | Anmelden | Einloggen | Connexion | Se connecter | Identifiez-vous |
    Iniciar sesión | Inicia sesión | Accedi | Iniciar sessão | Inloggen | Zaloguj się | Logga in | Log ind | Logg inn |
    Kirjaudu | Přihlášení | Giriş yap | Вход | Войти | Авторизация | Увійти | تسجيل الدخول | 登录 | ログイン
    """,
)

WALLS = (BLOCK, CONSENT, NOT_FOUND, DOOR)
"""All kinds, in the order in which they are looked for."""
